import Dispatch
import Glibc
import Synchronization

/// A program that this process started, and has to wait for.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Ending: Hashable, Sendable {
        case exited(status: Int32)
        case signalled(number: Int32)
    }

    private struct State {
        var ending: Ending?
        var waiters: [Int: CheckedContinuation<Ending?, Never>] = [:]
        var nextWaiter = 0
    }

    package let processID: Int32
    private let state = Mutex(State())

    /// - Throws: `.missing` when there is no such program.
    package init(_ command: Command) throws(SystemError) {
        processID = try Spawn.start(command)
        // waitpid blocks: a thread of its own for as long as the child lives.
        DispatchQueue(label: "child \(processID)").async { [self] in finish(Self.waitForEnding(of: processID)) }
    }

    /// How it ended.
    ///
    /// - Returns: `nil` when the task was cancelled first.
    package func ending() async -> Ending? {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: Ending?? = state.withLock { state in
                    if let ending = state.ending { return .some(ending) }
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[waiter] = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume(returning: nil)
        }
    }

    /// How it ended, if it does so in time.
    package func ending(within limit: Duration) async -> Ending? {
        await withTaskGroup(of: Ending?.self) { group in
            group.addTask { await self.ending() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    package var isRunning: Bool { state.withLock { $0.ending == nil } }

    /// Does nothing once the process has ended, whose number may be another's by then.
    package func send(_ signal: ProcessSignal) {
        state.withLock { state in
            if state.ending == nil { kill(processID, signal.number) }
        }
    }

    private func finish(_ ending: Ending) {
        let waiters = state.withLock { state in
            state.ending = ending
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.self)
        }
        for waiter in waiters { waiter.resume(returning: ending) }
    }

    private static func waitForEnding(of processID: Int32) -> Ending {
        var status: Int32 = 0
        while unsafe waitpid(processID, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f  // as WTERMSIG and WEXITSTATUS, which are macros
        return signal == 0 ? .exited(status: status >> 8 & 0xff) : .signalled(number: signal)
    }
}
