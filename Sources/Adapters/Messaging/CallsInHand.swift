internal import Messages
internal import Synchronization

/// The calls that a server is working on, so that one past its time can be cancelled.
final class CallsInHand: Sendable {
    typealias Call = Task<Result<[UInt8], RPCError>, Never>

    private struct State {
        var lastKey = 0
        var calls: [Int: (call: Call, deadline: ContinuousClock.Instant)] = [:]
        /// When whatever is still in hand is cancelled, once the server was told to stop.
        var end: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// - Returns: A key to remove the call by.
    func add(_ call: Call, timeout: Duration) -> Int {
        state.withLock { state in
            state.lastKey += 1
            state.calls[state.lastKey] = (call, .now + timeout)
            return state.lastKey
        }
    }

    func remove(_ key: Int) {
        _ = state.withLock { $0.calls.removeValue(forKey: key) }
    }

    /// Calls in hand get until then.
    func stop(within time: Duration) {
        state.withLock { $0.end = .now + time }
    }

    /// Cancels the calls whose caller has stopped waiting, and gives their number.
    func cancelOverdue() -> Int {
        let overdue = state.withLock { state in
            let now = ContinuousClock.now
            let isOver = state.end.map { $0 <= now } ?? false
            let keys = state.calls.filter { isOver || $0.value.deadline <= now }.keys
            return keys.compactMap { state.calls.removeValue(forKey: $0)?.call }
        }
        for call in overdue { call.cancel() }
        return overdue.count
    }
}
