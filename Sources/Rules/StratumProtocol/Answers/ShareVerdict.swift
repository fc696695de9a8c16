/// What became of a share; the raw values are those of the messages between services.
package enum ShareVerdict: UInt8, Hashable, Sendable, CaseIterable {
    /// Nobody judged it: a service is away.
    case unjudged = 0
    /// Durable: never lost, credited once.
    case accepted = 1
    case lowDifficulty = 2
    case duplicate = 3
    case outsideBin = 4
    case stale = 5
    /// The lease of the session's extranonce1 ran out.
    case expired = 6
    case hashMismatch = 7
    case timeOutOfRange = 8
    case versionNotAllowed = 9
    case unauthorized = 10

    /// What the miner is told; `nil` for an accepted share.
    package var error: StratumError? {
        switch self {
        case .accepted: nil
        case .unjudged: .unavailable
        case .lowDifficulty, .hashMismatch: .lowDifficulty
        case .duplicate: .duplicate
        case .outsideBin: .jobUnknown
        case .stale, .expired: .stale
        case .timeOutOfRange: .timeOutOfRange
        case .versionNotAllowed: .versionNotAllowed
        case .unauthorized: .unauthorized
        }
    }
}
