import Hashing
import Messages
import MiningDomain
import ServiceRuntime
import Synchronization
import System

/// The best chain's end, as it was seen last.
final class ChainView: Sendable {
    struct End: Hashable, Sendable {
        let height: UInt32
        let hash: Hash256
        let chainWork: UInt256

        var message: Tip { Tip(height: height, hash: hash.bytes) }
    }

    private struct State {
        var end: End?
        var seenAtMs: UInt64 = 0
        /// Since when nodes show less work than the end has; of a clock that never goes back.
        var lagsSinceMs: UInt64?
    }

    private let state = Mutex(State())

    var end: End? { state.withLock(\.end) }

    /// When nodes were there last and showed no less than `end`; Unix time.
    var seenAtMs: UInt64 { state.withLock(\.seenAtMs) }

    func set(_ end: End) {
        state.withLock { $0 = State(end: end, seenAtMs: $0.seenAtMs) }
    }

    /// Whether a chain may be taken as the best: it has at least the work that was seen before, or `patience` is over.
    ///
    /// The best chain never loses work, but by an operator's own hand; a node that shows less has yet to catch up.
    func believes(_ chainWork: UInt256, patience: Duration, by clock: any WallClock) -> Bool {
        let (unixMs, nowMs) = (clock.unixMilliseconds, clock.monotonicMilliseconds)
        return state.withLock { state in
            guard let end = state.end, chainWork < end.chainWork else {
                state.lagsSinceMs = nil
                state.seenAtMs = unixMs
                return true
            }
            let sinceMs = state.lagsSinceMs ?? nowMs
            state.lagsSinceMs = sinceMs
            return nowMs - min(sinceMs, nowMs) >= patience.wholeMilliseconds
        }
    }
}
