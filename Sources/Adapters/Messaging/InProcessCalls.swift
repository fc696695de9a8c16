internal import Messages
internal import Synchronization
internal import System

/// The calls that a server has in hand for callers of its own process.
final class InProcessCalls: Sendable {
    typealias Outcome = Result<[UInt8], RPCError>

    private struct Call {
        let method: String
        let deadline: ContinuousClock.Instant
        /// Gone once the caller has its answer, or has stopped waiting.
        var caller: CheckedContinuation<Outcome?, Never>?
        var work: Task<Void, Never>?
    }

    private struct State {
        var calls: [UInt64: Call] = [:]
        var lastNumber: UInt64 = 0
        var isOpen = false
        /// When whatever is still in hand is cancelled, once the server was told to stop.
        var end: ContinuousClock.Instant?
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let handler: CallHandler
    private let limits: RPCLimits
    private let metrics: CallMetrics
    private let state = Mutex(State())

    init(_ handler: CallHandler, limits: RPCLimits, metrics: CallMetrics) {
        self.handler = handler
        self.limits = limits
        self.metrics = metrics
    }

    /// From now on calls are taken.
    func open() {
        state.withLock { $0.isOpen = true }
    }

    /// - Returns: `nil` when no call is taken now, or the server went away before it had answered: then the socket must serve.
    func call(_ method: String, _ payload: [UInt8], timeout: Duration) async -> Outcome? {
        let byteCount = payload.count + method.utf8.count + RPCLimits.requestEnvelopeByteCount
        guard byteCount <= limits.messageByteCountMax else { return nil }  // the socket words the refusal
        let number: UInt64? = state.withLock { state in
            guard state.isOpen, state.calls.count < limits.callCountMax else { return nil }
            state.lastNumber += 1
            state.calls[state.lastNumber] = Call(method: method, deadline: .now + timeout)
            return state.lastNumber
        }
        guard let number else { return nil }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                state.withLock { $0.calls[number]?.caller = caller }
                // A task of its own: who stops waiting does not stop the work, as with a socket in between. It begins here and
                // now, as an ordinary call would.
                let work = Task.immediate(executorPreference: TaskPlace.current) {
                    await self.work(number, method, payload)
                }
                state.withLock { $0.calls[number]?.work = work }
                if Task.isCancelled { release(number, .failure(.cancelled("\(method) was cancelled"))) }
            }
        } onCancel: {
            release(number, .failure(.cancelled("\(method) was cancelled")))
        }
    }

    /// Takes no further call; those in hand get so long.
    func stop(within time: Duration) {
        state.withLock { state in
            state.isOpen = false
            state.end = .now + time
        }
    }

    /// Takes no further call, and answers none of those in hand: their callers look elsewhere.
    func abandon() {
        let callers = state.withLock { state in
            state.isOpen = false
            let callers = state.calls.values.compactMap(\.caller)
            for number in state.calls.keys { state.calls[number]?.caller = nil }
            return callers
        }
        for caller in callers { caller.resume(returning: nil) }
    }

    /// Returns when nothing is in hand.
    func finish() async {
        await withCheckedContinuation { waiter in
            let isDone = state.withLock { state in
                if !state.calls.isEmpty { state.waitingForEnd.append(waiter) }
                return state.calls.isEmpty
            }
            if isDone { waiter.resume() }
        }
    }

    /// Cancels the calls past their time, and gives their number; their callers wait no longer.
    func cancelOverdue() -> Int {
        let now = ContinuousClock.now
        let (overdue, isOver) = state.withLock { state in
            let isOver = state.end.map { $0 <= now } ?? false
            return (state.calls.filter { isOver || $0.value.deadline <= now }, isOver)
        }
        for (number, call) in overdue {
            call.work?.cancel()
            // At the end a handler's last word still counts.
            guard !isOver else { continue }
            release(number, .failure(.deadlineExceeded("no answer to \(call.method) in its time")))
        }
        return overdue.count
    }

    private func work(_ number: UInt64, _ method: String, _ payload: [UInt8]) async {
        let start = ContinuousClock.now
        let outcome = await handler.outcome(method, payload)
        metrics.record(handler.knows(method) ? method : "unknown", outcome.status, took: .now - start)
        release(number, outcome)
        let waiting = state.withLock { state in
            state.calls[number] = nil
            guard state.calls.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for waiter in waiting { waiter.resume() }
    }

    private func release(_ number: UInt64, _ outcome: Outcome) {
        state.withLock { $0.calls[number]?.caller.take() }?.resume(returning: outcome)
    }
}

extension Result where Failure == RPCError {
    fileprivate var status: RPCStatus {
        switch self {
        case .success: .ok
        case .failure(let error): error.code
        }
    }
}
