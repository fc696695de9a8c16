internal import Messages
internal import Synchronization

/// The calls that a server is working on, one for each of its places, so that one past its time can be cancelled.
///
/// A place's worker is a task that takes call after call; one that was cancelled hands its place to a fresh one.
final class CallsInHand: Sendable {
    typealias Worker = Task<Void, Never>

    private struct Place {
        var worker: Worker?
        /// When whoever made the call under way has stopped waiting.
        var deadline: ContinuousClock.Instant?
    }

    private struct State {
        var places: [Place]
        /// When whatever is still in hand is cancelled, once the server was told to stop.
        var end: ContinuousClock.Instant?
    }

    private let state: Mutex<State>

    init(placeCount: Int) {
        state = Mutex(State(places: Array(repeating: Place(), count: placeCount)))
    }

    /// Puts a worker in its place.
    ///
    /// They are tasks of their own, and not children of the server's, because cancelling that must not cancel a call.
    func start(_ place: Int, _ work: @escaping @Sendable () async -> Void) {
        state.withLock { $0.places[place].worker = Task { await work() } }
    }

    /// Returns when the place has no worker any more.
    func finish(_ place: Int) async {
        var last: Worker?
        while let worker = state.withLock({ $0.places[place].worker }), worker != last {
            await worker.value
            last = worker
        }
    }

    /// A call has come.
    func begin(_ place: Int, deadline: ContinuousClock.Instant) {
        state.withLock { $0.places[place].deadline = deadline }
    }

    /// Its answer is there: from now on its worker is not cancelled for it.
    func end(_ place: Int) {
        state.withLock { $0.places[place].deadline = nil }
    }

    /// Calls in hand get until then.
    func stop(within time: Duration) {
        state.withLock { $0.end = .now + time }
    }

    /// Cancels the calls whose caller has stopped waiting, and gives their number.
    func cancelOverdue() -> Int {
        state.withLock { state in
            let now = ContinuousClock.now
            let isOver = state.end.map { $0 <= now } ?? false
            var count = 0
            for place in state.places.indices {
                guard let deadline = state.places[place].deadline, isOver || deadline <= now else { continue }
                state.places[place].deadline = nil
                state.places[place].worker?.cancel()
                count += 1
            }
            return count
        }
    }
}
