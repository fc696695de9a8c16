/// A kept-alive connection to web servers, with a thread of its own.
///
/// One request is under way at a time; more wait in line.
package final class HTTPConnection: Sendable {
    private let worker = Worker()

    package init() {}

    deinit {
        worker.stop()
    }

    /// Waits for the whole answer.
    ///
    /// Cancelling the task ends the call at once.
    ///
    /// - Throws: `HTTPClientError`; an answer with an error status is an answer.
    package func send(_ request: HTTPRequest) async throws(HTTPClientError) -> HTTPResponse {
        try await perform(Exchange(request, onBytes: nil))
    }

    /// Hands on the body of a good answer as it comes, until the server ends it.
    ///
    /// - Parameters:
    ///   - request: Its timeout bounds each silence, not the whole; its size bound holds for a refusal only.
    ///   - onBytes: Called on the connection's thread: while it runs, nothing more is read.
    /// - Returns: The answer, with a body only if its status is not 2xx.
    /// - Throws: `HTTPClientError`.
    package func stream(
        _ request: HTTPRequest,
        onBytes: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(HTTPClientError) -> HTTPResponse {
        try await perform(Exchange(request, onBytes: onBytes))
    }

    private func perform(_ exchange: Exchange) async throws(HTTPClientError) -> HTTPResponse {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard exchange.await(continuation) else { return }
                worker.submit(exchange)
            }
        } onCancel: {
            exchange.cancel()
            worker.wake()
        }
        return try outcome.get()
    }
}
