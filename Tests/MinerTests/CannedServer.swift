import HTTPServer
import JSON
import Synchronization

/// A web server on the loopback that answers each path as a test says, and remembers what it was asked.
final class CannedServer: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let query: [String: String]
        let contentType: String?
        let json: JSON?
    }

    private struct State {
        var answers: [String: OutgoingResponse] = [:]
        var requests: [Request] = []
    }

    private final class Script: Sendable {
        let state = Mutex(State())

        func answer(_ request: IncomingRequest) -> OutgoingResponse {
            state.withLock { state in
                state.requests.append(
                    Request(
                        method: request.method,
                        path: request.path,
                        query: request.query,
                        contentType: request.headers["content-type"],
                        json: try? JSON(parsing: request.body)
                    )
                )
                return state.answers[request.path] ?? OutgoingResponse(status: 404, text: "no such page\n")
            }
        }
    }

    private let script = Script()
    private let server: HTTPServer

    init() throws {
        let script = script
        server = try HTTPServer(listening: "127.0.0.1", port: 0) { script.answer($0) }
    }

    var url: String { "http://127.0.0.1:\(server.port)" }
    var requests: [Request] { script.state.withLock { $0.requests } }

    func answer(_ path: String, status: Int = 200, headers: [(name: String, value: String)] = [], _ json: JSON) {
        let response = OutgoingResponse(status: status, headers: headers, body: .bytes(json.encoded()))
        script.state.withLock { $0.answers[path] = response }
    }

    func answer(_ path: String, stream: ResponseStream) {
        let headers = [(name: "Content-Type", value: "text/event-stream")]
        let response = OutgoingResponse(status: 200, headers: headers, body: .stream(stream))
        script.state.withLock { $0.answers[path] = response }
    }

    /// Serves while `body` runs.
    func serve<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let running = Task { try await server.run() }
        do {
            let result = try await body()
            running.cancel()
            try await running.value
            return result
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
    }
}
