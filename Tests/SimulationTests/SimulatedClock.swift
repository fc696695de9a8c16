import ServiceRuntime
import Synchronization

/// Time that only the director moves; who sleeps is never woken but by being cancelled.
final class SimulatedClock: WallClock {
    private let milliseconds = Mutex<UInt64>(1_790_000_000_000)

    var unixMilliseconds: UInt64 { milliseconds.withLock(\.self) }
    var monotonicMilliseconds: UInt64 { unixMilliseconds }

    func advance(seconds: Int) {
        milliseconds.withLock { $0 += UInt64(seconds) * 1_000 }
    }

    func sleep(for duration: Duration) async throws {
        let waiter = Mutex<(isOver: Bool, continuation: CheckedContinuation<Void, Never>?)>((false, nil))
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = waiter.withLock { waiter in
                    waiter.continuation = waiter.isOver ? nil : continuation
                    return waiter.isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            waiter.withLock { waiter in
                waiter.isOver = true
                return waiter.continuation.take()
            }?.resume()
        }
        throw CancellationError()
    }
}
