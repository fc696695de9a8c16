internal import Synchronization

/// Wakes the one task that waits for work: rung while it is busy, it rings again when it next waits.
///
/// Wherever it waits, there it wakes: no other executor lies between.
package final class Alarm: Sendable {
    private enum State {
        case quiet
        case rung
        case awaited(CheckedContinuation<Bool, Never>)
        /// The task was cancelled.
        case ended
    }

    private let state = Mutex(State.quiet)

    package init() {}

    package func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            switch state {
            case .quiet:
                state = .rung
                return nil
            case .awaited(let waiter):
                state = .quiet
                return waiter
            case .rung, .ended:
                return nil
            }
        }
        waiter?.resume(returning: true)
    }

    /// Waits for the next ring; one task at a time.
    ///
    /// - Returns: `false` once the task is cancelled, and ever after.
    package nonisolated(nonsending) func wait() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isRung = state.withLock { state -> Bool? in
                    switch state {
                    case .quiet:
                        state = .awaited(waiter)
                        return nil
                    case .rung:
                        state = .quiet
                        return true
                    case .ended:
                        return false
                    case .awaited:
                        preconditionFailure("one task waits at a time")
                    }
                }
                if let isRung { waiter.resume(returning: isRung) }
            }
        } onCancel: {
            end()
        }
    }

    private func end() {
        let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            defer { state = .ended }
            guard case .awaited(let waiter) = state else { return nil }
            return waiter
        }
        waiter?.resume(returning: false)
    }
}
