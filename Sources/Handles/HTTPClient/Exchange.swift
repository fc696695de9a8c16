import Synchronization

/// One request and whoever waits for its answer.
final class Exchange: Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPClientError>

    private struct State {
        var waiter: CheckedContinuation<Outcome, Never>?
        var isCancelled = false
        var hasStarted = false
    }

    let request: HTTPRequest
    /// For streams only.
    let onBytes: (@Sendable ([UInt8]) -> Void)?
    private let state = Mutex(State())

    init(_ request: HTTPRequest, onBytes: (@Sendable ([UInt8]) -> Void)?) {
        self.request = request
        self.onBytes = onBytes
    }

    /// - Returns: `false` when it was cancelled already and `waiter` was told so.
    func await(_ waiter: CheckedContinuation<Outcome, Never>) -> Bool {
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.waiter = waiter }
            return state.isCancelled
        }
        if isCancelled { waiter.resume(returning: .failure(.cancelled)) }
        return !isCancelled
    }

    /// - Returns: `false` when it was cancelled in line.
    func start() -> Bool {
        state.withLock { state in
            state.hasStarted = true
            return !state.isCancelled
        }
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Ends it now if it is still in line; if it is under way, its thread ends it.
    func cancel() {
        let waiter = state.withLock { state in
            state.isCancelled = true
            return state.hasStarted ? nil : state.waiter.take()
        }
        waiter?.resume(returning: .failure(.cancelled))
    }

    func finish(_ outcome: Outcome) {
        state.withLock { $0.waiter.take() }?.resume(returning: outcome)
    }
}
