import ServiceRuntime
import Synchronization

/// A clock that moves only when a test moves it: no test waits for time to pass.
package final class ManualClock: WallClock {
    private struct Sleeper {
        let wakesAtNanoseconds: Int128
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// Since the clock was made.
        var nanoseconds: Int128 = 0
        /// What the time of day was then, by what it is said to be now.
        var unixStartNanoseconds: Int128
        var nextID: UInt64 = 0
        var sleepers: [UInt64: Sleeper] = [:]
        /// Cancelled before they had gone to sleep.
        var cancelledEarly: Set<UInt64> = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    /// - Parameter unixMilliseconds: Where the clock stands first; 2026-09-21 unless a test cares.
    package init(unixMilliseconds: UInt64 = 1_790_000_000_000) {
        state = Mutex(State(unixStartNanoseconds: Int128(unixMilliseconds) * 1_000_000))
    }

    package var unixMilliseconds: UInt64 {
        state.withLock { UInt64(($0.unixStartNanoseconds + $0.nanoseconds) / 1_000_000) }
    }

    package var monotonicMilliseconds: UInt64 {
        state.withLock { Self.uptimeMilliseconds + UInt64($0.nanoseconds / 1_000_000) }
    }

    /// Sets the time of day back, as a time server does with a clock that went wrong; nobody who sleeps notices.
    package func setBack(by duration: Duration) {
        state.withLock { $0.unixStartNanoseconds -= Self.nanoseconds(duration) }
    }

    /// Of a machine that has just been started.
    private static let uptimeMilliseconds: UInt64 = 5_000

    /// Moves the clock and wakes everyone whose time has come, the earliest first.
    package func advance(by duration: Duration) {
        precondition(duration >= .zero, "the time of day is set back by setBack")
        let due = state.withLock { state in
            state.nanoseconds += Self.nanoseconds(duration)
            let due = state.sleepers.filter { $0.value.wakesAtNanoseconds <= state.nanoseconds }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.wakesAtNanoseconds < $1.wakesAtNanoseconds }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns as soon as at least `count` tasks sleep: what was to be done before has been done.
    package func waitForSleepers(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let enough = state.withLock { state in
                guard state.sleepers.count < count else { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if enough { continuation.resume() }
        }
    }

    /// How many tasks sleep now.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    package func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                fallAsleep(id, for: duration, continuation)
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                guard let sleeper = state.sleepers.removeValue(forKey: id) else {
                    state.cancelledEarly.insert(id)
                    return Sleeper?.none
                }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func fallAsleep(_ id: UInt64, for duration: Duration, _ continuation: CheckedContinuation<Void, any Error>)
    {
        enum Outcome { case asleep, cancelled, over }
        let (outcome, watchers) = state.withLock { state in
            guard state.cancelledEarly.remove(id) == nil else {
                return (Outcome.cancelled, [CheckedContinuation<Void, Never>]())
            }
            guard duration > .zero else { return (.over, []) }
            let wakesAt = state.nanoseconds + Self.nanoseconds(duration)
            state.sleepers[id] = Sleeper(wakesAtNanoseconds: wakesAt, continuation: continuation)
            let count = state.sleepers.count
            let satisfied = state.watchers.filter { $0.count <= count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= count }
            return (.asleep, satisfied)
        }
        for watcher in watchers { watcher.resume() }
        switch outcome {
        case .asleep: break
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .over: continuation.resume()
        }
    }

    private static func nanoseconds(_ duration: Duration) -> Int128 {
        let (seconds, attoseconds) = duration.components
        return Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000)
    }
}
