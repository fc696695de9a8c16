import HTTPClient
import HTTPServer
import ServiceRuntime
import TestSupport
import Testing

@Suite struct AdminServerTests {
    private struct Silence: LogSink {
        func write(_ line: String) {}
    }

    private static func surroundings() -> Surroundings {
        let clock = ManualClock()
        return Surroundings(
            log: Log(service: "test", minimum: .error, clock: clock, sink: Silence()),
            metrics: Metrics(),
            health: Health(),
            clock: clock
        )
    }

    @Test func probesAndScrapersAreAnswered() async throws {
        let surroundings = Self.surroundings()
        let server = try AdminServer(listening: "127.0.0.1", port: 0, surroundings: surroundings)
        let running = Task { try await server.run() }
        let connection = HTTPConnection()
        func get(_ path: String, method: String = "GET") async throws -> (Int, String, [String: String]) {
            let answer = try await connection.send(
                HTTPRequest(method: method, url: "http://127.0.0.1:\(server.port)\(path)")
            )
            return (answer.status, String(decoding: answer.body, as: UTF8.self), answer.headers)
        }

        surroundings.health.require("database")
        surroundings.health.require("node")
        surroundings.health.failed("node", because: "no answer from 127.0.0.1:9332")
        surroundings.metrics.counter("lode_things_total", help: "Things.").increment(by: 3)

        #expect(try await get("/healthz").0 == 200)
        let waiting = try await get("/readyz")
        #expect(waiting.0 == 503)
        #expect(waiting.1 == "database: not yet\nnode: no answer from 127.0.0.1:9332\n")
        surroundings.health.met("database")
        surroundings.health.met("node")
        #expect(try await get("/readyz").0 == 200)
        let metrics = try await get("/metrics")
        #expect(metrics.1.contains("# TYPE lode_things_total counter\nlode_things_total 3\n"))
        #expect(metrics.2["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try await get("/nothing").0 == 404)
        let posted = try await get("/healthz", method: "POST")
        #expect(posted.0 == 405)
        #expect(posted.2["allow"] == "GET, HEAD")

        #expect(throws: HTTPServerError.addressInUse(host: "127.0.0.1", port: server.port)) {
            _ = try AdminServer(listening: "127.0.0.1", port: server.port, surroundings: surroundings)
        }
        running.cancel()
        try await running.value
    }

    @Test func whoeverCallsItByAForeignNameIsRefused() async throws {
        let server = try AdminServer(
            listening: "127.0.0.1",
            port: 0,
            names: ["pool.internal"],
            pages: [EveryPage()],
            surroundings: Self.surroundings()
        )
        let running = Task { try await server.run() }
        let connection = HTTPConnection()
        func ask(_ path: String, host: String) async throws -> (status: Int, body: String) {
            let url = "http://127.0.0.1:\(server.port)\(path)"
            let answer = try await connection.send(HTTPRequest(method: "POST", url: url, headers: [("Host", host)]))
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        for path in ["/page", "/metrics", "/healthz"] {
            let refused = try await ask(path, host: "evil.example:\(server.port)")
            #expect(refused.status == 421)
            #expect(refused.body.hasPrefix(#"{"error":"Host is \"evil.example:"#), "\(refused.body)")
            #expect(refused.body.contains("admin.names"))
        }
        for host in ["127.0.0.1:\(server.port)", "localhost", "pool.internal:80"] {
            #expect(try await ask("/page", host: host).status == 200)
        }
        running.cancel()
        try await running.value
    }

    /// Answers whatever reaches it.
    private struct EveryPage: AdminPages {
        let name = "/page"

        func answer(_ request: IncomingRequest) -> OutgoingResponse? {
            OutgoingResponse(status: 200, text: "here\n")
        }
    }
}
