/// Spreads hashes over time so that they stay under a limit.
///
/// A pure value: it says how long to wait, the caller waits.
struct Throttle: Sendable {
    /// Hashes per second.
    let limit: UInt64
    /// When everything that was let through is paid for, in milliseconds since 1970.
    private var paidUntilMs: Double = 0

    init(limit: UInt64) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// How long to wait before the next `count` hashes, which count from now on.
    mutating func delay(for count: UInt64, nowMs: UInt64) -> Duration {
        let now = Double(nowMs)
        let start = max(paidUntilMs, now)
        paidUntilMs = start + Double(count) * 1_000 / Double(limit)
        return .milliseconds(start - now)
    }
}
