import HTTPServer
import TestSupport

/// A server on a port of its own for as long as `body` runs.
@discardableResult func withServer<Result: Sendable>(
    limits: HTTPLimits = HTTPLimits(),
    handler: @escaping HTTPServer.Handler = echo,
    _ body: (HTTPServer) async throws -> Result
) async throws -> Result {
    let server = try HTTPServer(listening: "127.0.0.1", port: 0, limits: limits, handler: handler)
    let running = Task { try await server.run() }
    do {
        let result = try await body(server)
        running.cancel()
        try await running.value
        return result
    } catch {
        running.cancel()
        try? await running.value
        throw error
    }
}

/// Says what came.
@Sendable func echo(_ request: IncomingRequest) async -> OutgoingResponse {
    let query = request.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    let body = String(decoding: request.body, as: UTF8.self)
    return OutgoingResponse(status: 200, text: "\(request.method) \(request.path) [\(query)] \(body)")
}

extension HTTPServer {
    /// Sends `text` on a new connection, and gives all that comes until the server closes it.
    func answer(to text: String, from source: String = "127.0.0.1") async throws -> String {
        let socket = try LoopbackSocket(port: port, from: source)
        try await socket.send(text)
        return try await socket.receiveAll()
    }

    /// Waits until that many connections are open, on a busy machine too.
    func settle(at count: Int) async throws {
        for _ in 0..<3_000 where connectionCount != count { try await Task.sleep(for: .milliseconds(10)) }
    }
}

let closing = "Host: x\r\nConnection: close\r\n\r\n"
