internal import CNNG
internal import Synchronization
internal import System

/// Turns one reusable `nng_aio` into an async call of one step, or of a send and a receive that follow each other
/// on nng's own thread.
@safe final class Operation: Sendable {
    typealias Outcome = Result<[UInt8], NNGError>

    enum Step {
        case send(nng_ctx)
        case receive(nng_ctx)
        /// On a socket whose protocol has no contexts.
        case receiveFrom(nng_socket)
    }

    // Written once before `init` returns; nng locks every use of the aio itself.
    private nonisolated(unsafe) var aio: OpaquePointer?
    private let state = Mutex(OperationState())

    init() throws(NNGError) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try NNGError.check(unsafe nng_aio_alloc(&aio, { unsafe Operation.completed($0) }, context))
    }

    deinit {
        unsafe nng_aio_reap(aio)  // not `free`: the last reference may go away on nng's own callback thread
    }

    /// Runs one step, or two; one caller at a time.
    ///
    /// With `message`, the first step sends it. The result is the message that the last step received, if any.
    /// A first step of two that ends by `deadline` did not find a peer.
    func run(
        sending message: consuming Message?,
        by deadline: ContinuousClock.Instant?,
        _ first: Step,
        then next: Step? = nil
    ) async throws(NNGError) -> [UInt8] {
        if let message { unsafe nng_aio_set_msg(aio, message.release()) }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
                state.withLock { $0.beginRun(continuation, next: next, deadline: deadline) }
                begin(first, by: deadline)
                // A cancellation that came before the step began had nothing to stop: stop it now.
                if Task.isCancelled { cancel() }
            }
        } onCancel: {
            cancel()
        }
        return try outcome.get()
    }

    /// Begins to send a message, and leaves it to nng's threads to end that.
    func start(sending message: consuming Message, by deadline: ContinuousClock.Instant, _ step: Step) {
        unsafe nng_aio_set_msg(aio, message.release())
        state.withLock { $0.beginRun(nil, next: nil, deadline: deadline) }
        begin(step, by: deadline)
    }

    /// Returns when what was started last has ended.
    func finish() async throws(NNGError) {
        let outcome = await withCheckedContinuation { continuation in
            let now = state.withLock { $0.outcomeNow(orTell: continuation) }
            if let now { continuation.resume(returning: now) }
        }
        _ = try outcome.get()
    }

    /// Ends the run under way, and every later one at once, with `.cancelled`.
    func stop() {
        state.withLock { $0.isStopped = true }
        cancel()
    }

    /// Ends the run under way, and every later one, with `.closed`, and returns when none is under way: only then may
    /// the context or the socket that it waits on be closed.
    func end() async {
        state.withLock { state in
            state.isStopped = true
            state.isEnded = true
        }
        cancel()
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { $0.isIdle(orTell: continuation) }
            if isIdle { continuation.resume() }
        }
    }

    private func cancel() {
        state.withLock { $0.isCancelled = true }
        unsafe nng_aio_cancel(aio)
    }

    private func begin(_ step: Step, by deadline: ContinuousClock.Instant?) {
        state.withLock { $0.beginningCount += 1 }
        unsafe nng_aio_set_timeout(aio, Self.milliseconds(until: deadline))
        switch step {
        case .send(let context): unsafe nng_ctx_send(context, aio)
        case .receive(let context): unsafe nng_ctx_recv(context, aio)
        case .receiveFrom(let socket): unsafe nng_recv_aio(socket, aio)
        }
        if state.withLock({ $0.isCancelled || $0.isStopped }) { unsafe nng_aio_cancel(aio) }
        let completion = state.withLock { state in
            state.beginningCount -= 1
            return state.takeCompletion()
        }
        completion?.resume()
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> nng_duration {
        guard let deadline else { return NNG_DURATION_INFINITE }
        return nng_duration(clamping: max(1, (deadline - .now).wholeMilliseconds))
    }

    private static func completed(_ context: UnsafeMutableRawPointer?) {
        guard let context = unsafe context else { return }
        unsafe Unmanaged<Operation>.fromOpaque(context).takeUnretainedValue().stepEnded()
    }

    private func stepEnded() {
        let status = unsafe nng_aio_result(aio)
        let next = state.withLock { state in (step: state.next.take(), deadline: state.deadline) }
        if status == 0, let step = next.step { return begin(step, by: next.deadline) }
        let outcome = outcome(status, isFirstOfTwo: next.step != nil)
        let completion = state.withLock { state in
            state.outcome = outcome
            return state.takeCompletion()
        }
        // Last, and after the lock is gone: whoever waits may drop this operation at once.
        completion?.resume()
    }

    private func outcome(_ status: Int32, isFirstOfTwo: Bool) -> Outcome {
        // What was received; or, after a failure, what nng did not send and left with us to free.
        var message: [UInt8]?
        if let raw = unsafe nng_aio_get_msg(aio) { message = unsafe Message(adopting: raw).body }
        unsafe nng_aio_set_msg(aio, nil)
        guard status != 0 else { return .success(message ?? []) }
        if state.withLock({ $0.isEnded }) { return .failure(.closed) }
        let error = NNGError(code: status)
        return .failure(error == .timedOut && isFirstOfTwo ? .noPeer : error)
    }
}
