import Glibc

/// What a process is given to read.
package enum StandardInput {
    /// Until the end.
    package static func read(byteCountMax: Int) throws(SystemError) -> [UInt8] {
        let stream = try FileDescriptor(opening: "/dev/stdin", O_RDONLY)
        return try stream.drain(byteCountMax: byteCountMax)
    }
}
