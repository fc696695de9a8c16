import BlockFormat
import Cryptography
import Gateway
import Glibc
import HTTPClient
import JSON
import Messages
import Messaging
import ServiceRuntime
import System

/// HTTP requests through the whole gateway, over loopback, with the other services answering at once in this process.
struct GatewaySection: BenchSection {
    let name = "gateway"
    let about = "HTTP requests per second, and what one costs the gateway"

    private static let duration = Duration.seconds(3)
    private static let connectionCounts = [1, 16, 128]
    private static let key = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"

    func run() async throws -> JSON {
        var settings = GatewaySettings()
        settings.host = "127.0.0.1"
        settings.port = 0
        // The load is one client at one address: its limits are not what is measured.
        settings.requestsPerSecondPerClient = 10_000_000
        settings.requestsPerSecondPerAddress = 10_000_000
        let surroundings = Surroundings(
            log: Log(service: "bench", minimum: .error, clock: SystemClock(), sink: StandardError()),
            metrics: Metrics(),
            health: Health(),
            clock: SystemClock()
        )
        guard let secret = AuthenticationKey([UInt8](repeating: 1, count: AuthenticationKey.byteCount)) else {
            preconditionFailure("the key has its length")
        }
        let pool = InstantPool()
        let gateway = try Gateway(
            settings: settings,
            network: .litecoinRegtest,
            clientKey: secret,
            jobs: LocalChannel(JobsDispatcher(pool)),
            shares: LocalChannel(SharesDispatcher(pool)),
            ledger: LocalChannel(UnavailableDispatcher()),
            jobEvents: Silence<Job>(),
            blockEvents: Silence<BlockChanged>(),
            bans: BanList(folder: "/nowhere", surroundings: surroundings),
            surroundings: surroundings
        )
        let running = Task { try await gateway.run() }
        while !surroundings.health.missing.isEmpty { try await surroundings.clock.sleep(for: .milliseconds(20)) }
        let results = try await measure(gateway.port)
        running.cancel()
        _ = await running.result
        return results
    }

    private func measure(_ port: UInt16) async throws -> JSON {
        let client = #""public_key":"\#(Self.key)","id":"\#(try await id(port))""#
        let bin = "YSBzaWduZWQgbGVhc2U"
        let requests: [(name: String, request: String)] = [
            ("getblock", "GET /getblock HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("getbin", Self.post("/getbin", "{\(client)}")),
            (
                "reduce_diff_hash",
                Self.post(
                    "/reduce_diff_hash",
                    "{\(client),\"bin\":\"\(bin)\",\"hashes\":[{\"extranonce2\":0,\"nonce\":1}]}"
                )
            ),
        ]
        var results = JSONObject()
        for (name, request) in requests {
            for count in Self.connectionCounts {
                let load = HTTPLoad(
                    port: port,
                    request: request,
                    expectedStatus: "200",
                    connectionCount: count,
                    duration: Self.duration
                )
                results["\(name)_\(count)_connections"] = await figures(load)
            }
        }
        return .object(results)
    }

    private func figures(_ load: HTTPLoad) async -> JSON {
        let (before, start) = (Self.processTime, ContinuousClock.now)
        let outcome = await load.run()
        let elapsed = ContinuousClock.now - start
        let used = Self.processTime - before - outcome.clientTime
        let count = max(1, outcome.answerTimes.count)
        func microseconds(_ part: Double) -> JSON {
            guard !outcome.answerTimes.isEmpty else { return nil }
            let position = min(outcome.answerTimes.count - 1, Int(Double(outcome.answerTimes.count) * part))
            return JSON(UInt64(outcome.answerTimes[position] / .microseconds(1)))
        }
        return [
            "requests_per_second": JSON(UInt64(Double(outcome.answerTimes.count) / (elapsed / .seconds(1)))),
            "gateway_cpu_us_per_request": JSON(UInt64(used / .microseconds(1)) / UInt64(count)),
            "answer_us_p50": microseconds(0.5),
            "answer_us_p99": microseconds(0.99),
            "failures": JSON(outcome.failureCount),
        ]
    }

    private func id(_ port: UInt16) async throws -> String {
        let answer = try await HTTPConnection().send(
            HTTPRequest(
                method: "POST",
                url: "http://127.0.0.1:\(port)/newclient",
                body: Array(#"{"public_key":"\#(Self.key)"}"#.utf8)
            )
        )
        return try JSON(parsing: answer.body)["id"]?.string ?? ""
    }

    private static func post(_ path: String, _ body: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static var processTime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
