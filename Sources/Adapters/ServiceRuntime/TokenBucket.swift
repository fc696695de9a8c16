/// Lets through a steady rate, and a burst after a pause.
package struct TokenBucket: Sendable {
    /// Thousandths of a request that are left.
    private var left: UInt64
    private var updatedAtMs: UInt64

    package init(full rate: Rate, at nowMs: UInt64) {
        left = rate.burst * 1_000
        updatedAtMs = nowMs
    }

    package struct Rate: Hashable, Sendable {
        /// Requests; at least 1.
        package let perSecond: UInt64
        /// Requests that may come at once after a pause.
        package let burst: UInt64

        package init(perSecond: UInt64, burst: UInt64) {
            self.perSecond = perSecond
            self.burst = burst
        }

        /// After so long without a request, a bucket is as good as new.
        package var refillMs: UInt64 { burst * 1_000 / perSecond + 1 }
    }

    /// Takes one.
    ///
    /// - Returns: `nil`, or after how many milliseconds there will be one.
    package mutating func take(_ rate: Rate, at nowMs: UInt64) -> UInt64? {
        // A clock that is set back gives nothing, and takes nothing away. One ms at n a second is n thousandths.
        let elapsedMs = min(nowMs > updatedAtMs ? nowMs - updatedAtMs : 0, rate.refillMs)
        left = min(rate.burst * 1_000, left + elapsedMs * rate.perSecond)
        updatedAtMs = nowMs
        guard left >= 1_000 else { return (1_000 - left + rate.perSecond - 1) / rate.perSecond }
        left -= 1_000
        return nil
    }
}
