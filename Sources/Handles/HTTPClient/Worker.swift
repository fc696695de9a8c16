internal import CCurl
import Synchronization

/// Runs exchanges one after the other, on a thread of its own.
final class Worker: Sendable {
    private struct State {
        var line: [Exchange] = []
        var isRunning = false
        var isStopped = false
    }

    private let state = Mutex(State())
    private let multi = MultiHandle()

    func submit(_ exchange: Exchange) {
        let mustStart = state.withLock { state in
            state.line.append(exchange)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart, !Thread.start(run) {
            state.withLock { $0.isRunning = false }
            exchange.finish(.failure(.unreachable("the system gives no more threads")))
        }
        wake()
    }

    /// Makes the thread look around now.
    func wake() {
        multi.wake()
    }

    /// Lets the thread end; what is under way or in line ends as cancelled.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake()
    }

    private func run() {
        while true {
            let (next, isStopped) = state.withLock { state in
                (state.line.isEmpty ? nil : state.line.removeFirst(), state.isStopped)
            }
            if let next {
                perform(next)
            } else if isStopped {
                return
            } else {
                multi.wait(milliseconds: Self.idleMilliseconds)
            }
        }
    }

    private func perform(_ exchange: Exchange) {
        guard exchange.start() else { return }
        exchange.finish(
            Transfer(exchange).run(on: multi) { exchange.isCancelled || self.state.withLock { $0.isStopped } }
        )
    }

    /// Only a bound: every reason to look around wakes the thread.
    private static let idleMilliseconds: Int32 = 60_000
}
