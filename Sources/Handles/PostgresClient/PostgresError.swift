/// Why a call on the database failed.
package enum PostgresError: Error, Equatable {
    /// No session could be opened: nothing was done.
    case unreachable(String)
    /// The session ended while a call was under way: whether the call was carried out is unknown.
    case connectionLost(String)
    /// The server did not answer in time, and the session was given up: the outcome is unknown.
    case timedOut
    /// The server refused the statement; `state` is the five-character SQLSTATE.
    case statement(state: String, message: String)
    /// An answer was not of the form that the caller asked for.
    case unreadable(String)
    /// More calls wait for a session than the pool allows: nothing was done.
    case overloaded

    /// Whether the same call may succeed later.
    ///
    /// For `.connectionLost` and `.timedOut` only a call that may run twice should be repeated.
    package var isRetryable: Bool {
        switch self {
        case .unreachable, .connectionLost, .timedOut, .overloaded: true
        case .statement(let state, _): Self.isPassing(state)
        case .unreadable: false
        }
    }

    /// Whether the transaction was certainly undone by the server because of others working beside it.
    package var isContention: Bool {
        guard case .statement(let state, _) = self else { return false }
        return state == SQLState.serializationFailure || state == SQLState.deadlockDetected
    }

    /// Classes 08 (connection), 40 (rollback), 53 (resources), 57 (operator) and 58 (system) pass by themselves.
    private static func isPassing(_ state: String) -> Bool {
        ["08", "40", "53", "57", "58"].contains { state.hasPrefix($0) } || state == SQLState.lockNotAvailable
            || state == SQLState.readOnly
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "the database cannot be reached: \(reason)"
        case .connectionLost(let reason): "the database ended the session: \(reason)"
        case .timedOut: "the database did not answer in time"
        case .statement(let state, let message): "the database refused: \(message) (SQLSTATE \(state))"
        case .unreadable(let what): "the database holds something unexpected: \(what)"
        case .overloaded: "too many calls wait for the database"
        }
    }
}

/// The SQLSTATE codes that the code tells apart (PostgreSQL manual, appendix A).
package enum SQLState {
    package static let uniqueViolation = "23505"
    package static let checkViolation = "23514"
    package static let serializationFailure = "40001"
    package static let deadlockDetected = "40P01"
    package static let lockNotAvailable = "55P03"
    /// A standby that was not promoted yet.
    package static let readOnly = "25006"
}
