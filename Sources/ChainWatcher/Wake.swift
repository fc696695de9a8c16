import ServiceRuntime
import Synchronization

/// Lets one loop sleep until its time, or until somebody has something for it.
final class Wake: Sendable {
    private struct State {
        var isSignalled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Ends the present wait, or the next one if there is none.
    func signal() {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter else {
                state.isSignalled = true
                return CheckedContinuation<Void, Never>?.none
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Returns after `duration`, at a signal, or when the task is cancelled; one caller at a time.
    func wait(atMost duration: Duration, _ clock: any WallClock) async {
        await withTaskGroup { group in
            group.addTask {
                do { try await clock.sleep(for: duration) } catch { return }
                self.signal()
            }
            await signalled()
            group.cancelAll()
        }
    }

    private func signalled() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !state.isSignalled, !Task.isCancelled else {
                        state.isSignalled = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            signal()
        }
    }
}
