import Hashing
import Messages
import MiningDomain
import Synchronization

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
        /// Since when nodes show less work than the end has; Unix time.
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
    func believes(_ chainWork: UInt256, atMs now: UInt64, patience: Duration) -> Bool {
        state.withLock { state in
            guard let end = state.end, chainWork < end.chainWork else {
                state.lagsSinceMs = nil
                state.seenAtMs = now
                return true
            }
            let since = state.lagsSinceMs ?? now
            state.lagsSinceMs = since
            return Duration.milliseconds(Int64(now - since)) >= patience
        }
    }
}
