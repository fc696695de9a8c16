/// Why the pool refuses something: a code that miners know, and a text for the person who reads the miner's log.
package enum StratumError: Error, Hashable, Sendable, CaseIterable {
    case malformed
    case unknownMethod
    case extranonce2Length
    case timeOutOfRange
    case versionNotAllowed
    case jobUnknown
    case stale
    case duplicate
    case lowDifficulty
    case unauthorized
    case badAddress
    case badWorkerName
    case tooManyWorkers
    case notSubscribed
    case alreadySubscribed
    case accountDenied
    case rateLimited
    case tooManyTransactions
    case transactionsUnavailable
    case searchSpaceUnavailable
    case unavailable

    /// 20 anything else, 21 no such job, 22 sent before, 23 too easy, 24 not authorized, 25 not subscribed.
    package var code: Int {
        switch self {
        case .malformed, .unknownMethod, .extranonce2Length, .timeOutOfRange, .versionNotAllowed, .alreadySubscribed,
            .rateLimited, .tooManyTransactions, .transactionsUnavailable, .searchSpaceUnavailable, .unavailable:
            20
        case .jobUnknown, .stale: 21
        case .duplicate: 22
        case .lowDifficulty: 23
        case .unauthorized, .badAddress, .badWorkerName, .tooManyWorkers, .accountDenied: 24
        case .notSubscribed: 25
        }
    }

    /// Printable ASCII that needs no escape in JSON.
    package var text: String {
        switch self {
        case .malformed: "Malformed request"
        case .unknownMethod: "Unknown method"
        case .extranonce2Length: "Wrong length of extranonce2"
        case .timeOutOfRange: "Time out of range"
        case .versionNotAllowed: "Version bits outside the mask"
        case .jobUnknown: "Job not found"
        case .stale: "Stale share"
        case .duplicate: "Duplicate share"
        case .lowDifficulty: "Low difficulty share"
        case .unauthorized: "Unauthorized worker"
        case .badAddress: "The name does not begin with an address of this pool's chain"
        case .badWorkerName: "A worker's name has 1 to 64 letters, digits and ._-"
        case .tooManyWorkers: "Too many workers on this connection"
        case .notSubscribed: "Not subscribed"
        case .alreadySubscribed: "Already subscribed"
        case .accountDenied: "This account is not let in by the pool's operator"
        case .rateLimited: "Too many requests"
        case .tooManyTransactions: "Too many transactions to list"
        case .transactionsUnavailable: "The transactions cannot be listed at the moment"
        case .searchSpaceUnavailable: "The pool has no search space at the moment"
        case .unavailable: "The pool cannot record shares at the moment"
        }
    }
}
