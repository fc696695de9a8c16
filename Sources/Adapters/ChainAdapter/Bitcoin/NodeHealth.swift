/// Whether one node can be counted on, and when to ask it again if not.
///
/// A pure value: the list of nodes tells it what happened, and asks, by a clock that never goes back.
struct NodeHealth: Hashable, Sendable {
    /// Waits after failures in a row: this, twice this, … up to `delayMsMax`.
    static let delayMsMin: UInt64 = 1_000
    static let delayMsMax: UInt64 = 60_000

    private(set) var failureCount: UInt32 = 0
    private(set) var lastError: NodeError?
    private var dueAtMs: UInt64 = 0

    var isHealthy: Bool { failureCount == 0 }

    /// Whether to ask it: healthy, or it has rested for long enough.
    func isDue(atMs now: UInt64) -> Bool { isHealthy || now >= dueAtMs }

    mutating func succeeded() {
        self = NodeHealth()
    }

    mutating func failed(_ error: NodeError, atMs now: UInt64) {
        guard error.isOfTheNode else { return }
        let doublings = min(failureCount, 6)
        failureCount = failureCount.addingReportingOverflow(1).partialValue
        dueAtMs = now + min(Self.delayMsMin << doublings, Self.delayMsMax)
        lastError = error
    }
}
