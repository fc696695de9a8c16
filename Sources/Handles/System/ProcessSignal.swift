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

    /// The words that a process was started with, whoever owns it; empty when there is none.
    package static func commandLine(of processID: Int32) -> [String] {
        let path = "/proc/\(processID)/cmdline"
        let bytes = try? FileDescriptor(opening: path, O_RDONLY).drain(byteCountMax: commandLineByteCountMax)
        return (bytes ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// More than Linux lets any command line be, in bytes.
    private static let commandLineByteCountMax = 4_194_304

    /// Whether a process of this number exists, whoever owns it.
    package static func isAlive(_ processID: Int32) -> Bool {
        Glibc.kill(processID, 0) == 0 || errno == EPERM
    }
}
