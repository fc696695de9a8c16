internal import ServiceRuntime
import Synchronization

/// How much operators may begin, all together: each attempt is an entry of the audit log, which is kept for good.
///
/// Far more than people do, and enough for a script that goes through accounts.
final class OperatorPace: Sendable {
    /// Attempts.
    static let rate = TokenBucket.Rate(perSecond: 5, burst: 100)

    private let clock: any WallClock
    private let bucket: Mutex<TokenBucket>

    init(clock: any WallClock) {
        self.clock = clock
        bucket = Mutex(TokenBucket(full: Self.rate, at: clock.monotonicMilliseconds))
    }

    /// Counts an attempt.
    ///
    /// - Returns: `nil`, or after how many milliseconds another may be made.
    func take() -> UInt64? {
        bucket.withLock { $0.take(Self.rate, at: clock.monotonicMilliseconds) }
    }
}
