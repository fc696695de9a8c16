import Glibc

/// What one process may tell another.
package enum ProcessSignal: Sendable {
    /// Finish what is in hand and end.
    case terminate
    case interrupt
    /// End at once; nothing is finished.
    case kill

    var number: Int32 {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .kill: SIGKILL
        }
    }

    /// Tells a process that this one did not start, such as one left by an earlier run.
    ///
    /// - Returns: Whether there was one that could be told.
    @discardableResult
    package func send(to processID: Int32) -> Bool {
        Glibc.kill(processID, number) == 0
    }

    /// The words that a process was started with, whoever owns it; empty when there is none, or it is ending.
    ///
    /// - Throws: When the kernel does not say, such as for want of a file descriptor.
    package static func commandLine(of processID: Int32) throws(SystemError) -> [String] {
        try kernelFile("cmdline", of: processID).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a process has ended, and only its number is kept until its parent asks how (`Z` in `proc(5)`).
    package static func isZombie(_ processID: Int32) throws(SystemError) -> Bool {
        let status = try kernelFile("stat", of: processID)
        // The state follows the program's name, which is in parentheses and may hold some itself.
        guard let nameEnd = status.lastIndex(of: UInt8(ascii: ")")) else { return false }
        return status[nameEnd...].dropFirst(2).first == UInt8(ascii: "Z")
    }

    /// Empty when there is no such process.
    private static func kernelFile(_ name: String, of processID: Int32) throws(SystemError) -> [UInt8] {
        do {
            return try FileDescriptor(opening: "/proc/\(processID)/\(name)", O_RDONLY)
                .drain(byteCountMax: commandLineByteCountMax)
        } catch  where error.reason == .missing || error.reason == .other(code: ESRCH) {
            return []
        }
    }

    /// More than Linux lets any command line be, in bytes.
    private static let commandLineByteCountMax = 4_194_304

    /// Whether a process of this number exists, whoever owns it.
    package static func isAlive(_ processID: Int32) -> Bool {
        Glibc.kill(processID, 0) == 0 || errno == EPERM
    }
}
