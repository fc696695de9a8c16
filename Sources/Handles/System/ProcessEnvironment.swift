import Glibc

/// What this process was started with.
package enum ProcessEnvironment {
    /// The largest environment that is read, in bytes; Linux allows no argument over 128 KiB and 2 MiB in all.
    private static let byteCountMax = 2_097_152

    /// Names and values as they were at the start.
    ///
    /// Read from the kernel and not from `environ`, which any thread may change under the reader.
    package static var variables: [String: String] {
        guard let bytes = try? FileDescriptor(opening: "/proc/self/environ", O_RDONLY).drain(byteCountMax: byteCountMax)
        else { return [:] }
        var variables: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            variables[name] = String(decoding: entry[(equals + 1)...], as: UTF8.self)
        }
        return variables
    }

    /// What this machine calls itself, as the kernel has it.
    package static var hostName: String {
        let bytes = try? FileDescriptor(opening: "/proc/sys/kernel/hostname", O_RDONLY).drain(byteCountMax: 256)
        let name = String(decoding: bytes ?? [], as: UTF8.self).filter { !$0.isWhitespace }
        return name.isEmpty ? "localhost" : name
    }

    /// Processors that are switched on, at least 1.
    package static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The number of this process.
    package static var processID: Int32 { getpid() }
}
