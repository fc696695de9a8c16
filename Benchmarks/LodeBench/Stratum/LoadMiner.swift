import EventLoop

/// One connection of the load.
final class LoadMiner {
    /// A share that waits for its answer.
    struct OpenShare {
        let id: UInt64
        /// When it should have been sent, and when it was.
        let dueAt: ContinuousClock.Instant
        let sentAt: ContinuousClock.Instant
        /// The beginning of its hash.
        let digest: UInt32
    }

    static let subscribeID: UInt64 = 1
    static let authorizeID: UInt64 = 2

    var link: Link<LoadMiner>?
    var extranonce1: UInt32?
    var isAuthorized = false
    var job: LoadJob?
    var target: [UInt8]?
    var isReady = false
    var lastID = LoadMiner.authorizeID
    var nextExtranonce2: UInt32 = 0
    var openShares: [OpenShare] = []
}
