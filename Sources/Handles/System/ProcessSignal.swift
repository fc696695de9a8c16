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

    /// Whether a process of this number exists, whoever owns it.
    package static func isAlive(_ processID: Int32) -> Bool {
        Glibc.kill(processID, 0) == 0 || errno == EPERM
    }
}
