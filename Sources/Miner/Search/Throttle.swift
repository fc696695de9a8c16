/// Spreads hashes over time so that they stay under a limit.
///
/// A pure value: it says how long to wait, the caller waits.
struct Throttle: Sendable {
    /// Hashes per second.
    let limit: UInt64
    /// When everything that was let through is paid for, in milliseconds of a clock that never goes back.
    private var paidUntilMs: Double = 0

    init(limit: UInt64) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// How long to wait before the next `count` hashes, which count from now on.
    ///
    /// Waited for before they are done, and not after: what is found in them must not come sooner than from a miner that is
    /// as slow as this one pretends to be.
    mutating func delay(for count: UInt64, nowMs: UInt64) -> Duration {
        let now = Double(nowMs)
        let priceMs = Double(count) * 1_000 / Double(limit)
        // Half a slice may have been searched since the last one was paid for; more time is not saved up.
        paidUntilMs = max(paidUntilMs, now - priceMs / 2) + priceMs
        return .milliseconds(paidUntilMs - now)
    }
}
