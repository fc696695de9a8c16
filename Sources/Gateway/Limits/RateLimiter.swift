import ServiceRuntime
import Synchronization

/// A token bucket for everyone who asks, in a table of bounded size.
final class RateLimiter<Key: Hashable & Sendable>: Sendable {
    /// Buckets in each of the two generations.
    static var bucketCountMax: Int { 50_000 }

    private struct State {
        var young: [Key: TokenBucket] = [:]
        /// Forgotten at the next turn unless it is asked for before.
        var old: [Key: TokenBucket] = [:]
        var turnsAtMs: UInt64 = 0
    }

    private let rate: TokenBucket.Rate
    private let clock: any WallClock
    private let state = Mutex(State())

    init(perSecond: UInt64, clock: any WallClock) {
        rate = TokenBucket.Rate(perSecond: perSecond, burst: 3 * perSecond)
        self.clock = clock
    }

    /// - Throws: 429 when there are too many requests of `key`, `called` an address or a client.
    func admit(_ key: Key, called name: String) throws(APIError) {
        let nowMs = clock.monotonicMilliseconds
        let waitMs = state.withLock { state in
            turn(&state, at: nowMs)
            var bucket = state.young[key] ?? state.old[key] ?? TokenBucket(full: rate, at: nowMs)
            defer { state.young[key] = bucket }
            return bucket.take(rate, at: nowMs)
        }
        guard let waitMs else { return }
        throw .tooManyRequests(from: name, retryAfter: Int((waitMs + 999) / 1_000))
    }

    var bucketCount: Int { state.withLock { $0.young.count + $0.old.count } }

    /// A bucket that nobody took from for as long as it takes to fill need not be kept; in a flood of strangers
    /// the oldest are forgotten sooner, which only gives them a new burst.
    private func turn(_ state: inout State, at nowMs: UInt64) {
        guard nowMs >= state.turnsAtMs || state.young.count >= Self.bucketCountMax else { return }
        state.old = state.young
        state.young = [:]
        state.turnsAtMs = nowMs + rate.refillMs
    }
}
