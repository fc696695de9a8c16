import BlockFormat
import Cryptography
import Gateway
import HTTPClient
import HTTPServer
import JSON
import Messages
import ServiceRuntime
import TestSupport
import Testing

/// A gateway on a port of its own, in front of a pool that the test makes up.
struct GatewayFixture: Sendable {
    static let key = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    static let otherKey = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
    static let bin = "YSBzaWduZWQgbGVhc2U"

    let gateway: Gateway
    let pool: FakePool
    let surroundings: Surroundings
    let bans: BanList
    private let running: Task<Void, any Error>
    private let connection = HTTPConnection()

    private struct Silence: LogSink {
        func write(_ line: String) {}
    }

    static func settings() -> GatewaySettings {
        var settings = GatewaySettings()
        settings.host = "127.0.0.1"
        settings.port = 0
        settings.pollInterval = .milliseconds(20)
        settings.requestsPerSecondPerAddress = 10_000
        settings.requestsPerSecondPerClient = 10_000
        return settings
    }

    @discardableResult static func run<Result: Sendable>(
        _ pool: FakePool = FakePool(),
        settings: GatewaySettings = settings(),
        stratum: StratumSettings? = nil,
        bansFolder: ScratchFolder? = nil,
        clock: any WallClock = SystemClock(),
        _ body: (GatewayFixture) async throws -> Result
    ) async throws -> Result {
        let surroundings = Surroundings(
            log: Log(service: "test", minimum: .error, clock: clock, sink: Silence()),
            metrics: Metrics(),
            health: Health(),
            clock: clock
        )
        let bansFolder = try bansFolder ?? ScratchFolder("bans")
        let bans = BanList(folder: bansFolder.path, surroundings: surroundings)
        let gateway = try Gateway(
            settings: settings,
            stratum: stratum,
            network: .litecoinRegtest,
            clientKey: try #require(AuthenticationKey([UInt8](repeating: 7, count: 32))),
            jobs: LocalChannel(JobsDispatcher(pool)),
            shares: LocalChannel(SharesDispatcher(pool)),
            ledger: LocalChannel(LedgerDispatcher(pool)),
            jobEvents: pool.jobEvents,
            blockEvents: pool.blockEvents,
            bans: bans,
            surroundings: surroundings
        )
        let running = Task { try await gateway.run() }
        let fixture = GatewayFixture(
            gateway: gateway,
            pool: pool,
            surroundings: surroundings,
            bans: bans,
            running: running
        )
        do {
            let result = try await body(fixture)
            running.cancel()
            try await running.value
            return result
        } catch {
            running.cancel()
            try? await running.value
            throw error
        }
    }

    /// Asks the gateway to stop, and returns when it has.
    func stop() async throws {
        running.cancel()
        try await running.value
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(gateway.port)\(path)" }

    func send(
        _ method: String,
        _ path: String,
        _ body: String = "",
        headers: [(name: String, value: String)] = []
    ) async throws -> HTTPResponse {
        try await connection.send(
            HTTPRequest(method: method, url: url(path), headers: headers, body: Array(body.utf8))
        )
    }

    func json(_ method: String, _ path: String, _ body: JSON? = nil, status: Int = 200) async throws -> JSON {
        let text = body.map { String(decoding: $0.encoded(), as: UTF8.self) } ?? ""
        let answer = try await send(method, path, text)
        #expect(answer.status == status, "\(String(decoding: answer.body, as: UTF8.self))")
        #expect(answer.headers["content-type"] == "application/json")
        return try JSON(parsing: answer.body)
    }

    /// A new client of `GatewayFixture.key`.
    func join(worker: String = "rig1") async throws -> JSON {
        let member = try await json(
            "POST",
            "/newclient",
            ["public_key": JSON(Self.key), "worker": JSON(worker)],
            status: 201
        )
        return ["public_key": JSON(Self.key), "id": member["id"] ?? nil]
    }

    /// Waits until the gateway has heard of a job.
    func settle(_ isSettled: () async throws -> Bool) async throws {
        for _ in 0..<3_000 {
            if try await isSettled() { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("nothing happened")
    }

    func settleJob(_ id: String = "0000000000000001") async throws {
        try await settle { try await json("GET", "/status")["job_id"]?.string == id }
    }
}

extension JSON {
    /// This object with `members` set; `nil` takes a member away.
    func with(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        var object = object ?? JSONObject()
        for (key, value) in members { object[key] = value }
        return .object(object)
    }
}
