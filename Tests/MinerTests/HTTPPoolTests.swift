import HTTPServer
import Hashing
import JSON
import MiningDomain
import Synchronization
import TestSupport
import Testing

@testable import Miner

@Suite struct HTTPPoolTests {
    /// What came, in order.
    private final class Names: Sendable {
        private let names = Mutex<[String]>([])

        func add(_ name: String) {
            names.withLock { $0.append(name) }
        }

        var all: [String] { names.withLock { $0 } }
    }

    private static let key = "02" + String(repeating: "ab", count: 32)

    private static func pool(_ server: CannedServer, timeout: Duration = .seconds(50)) throws -> HTTPPool {
        let account = try #require(MinerAccount(publicKey: key))
        return HTTPPool(url: server.url + "/", account: account, timeout: timeout)
    }

    private static func member() throws -> PoolMember {
        try PoolMember(PageReader(["id": "some/id", "address": "rltc1q"]))
    }

    @Test func everyCallAsksAsThePageSays() async throws {
        let server = try CannedServer()
        let vector = try Vector.load()
        server.answer("/newclient", status: 201, ["id": "some/id", "address": "rltc1q", "worker": "rig1"])
        server.answer("/status", ["job_id": "0000a1b2c3d4e5f6", "height": 432])
        server.answer("/getblock", vector.job)
        server.answer("/getbin", vector.bin)
        server.answer("/reduce_diff_hash", ["results": [], "next_bin": vector.bin, "current_job_id": "ff"])
        server.answer("/mystatus", ["balance": ["immature": 3, "confirmed": 2, "paid": 1]])
        try await server.serve {
            let pool = try Self.pool(server)
            let account = try #require(MinerAccount(publicKey: Self.key))
            let member = try await pool.join(account, worker: "rig1")
            #expect(member == (try Self.member()))
            #expect(try await pool.currentJobID() == "0000a1b2c3d4e5f6")
            #expect(try await pool.job(id: nil).height == 432)
            #expect(try await pool.job(id: "0000a1b2c3d4e5f6").algorithm == .scrypt)
            #expect(try await pool.bin(for: member, hashrate: nil).space.size == 592)
            #expect(try await pool.bin(for: member, hashrate: 56_789).space.token == "bGVhc2U")
            let hash = try #require(Hash256(hex: String(repeating: "0a", count: 32)))
            let report = Report(
                binToken: "bGVhc2U",
                finds: [Find(extranonce2: 7, nonce: 4_294_967_295, hash: hash)],
                isDone: true
            )
            let answer = try await pool.send(report, from: member)
            #expect(answer.nextBin?.space.token == "bGVhc2U")
            #expect(try await pool.balance(of: member).confirmed.units == 2)
        }
        let requests = server.requests
        #expect(
            requests.map { "\($0.method) \($0.path)" } == [
                "POST /newclient", "GET /status", "GET /getblock", "GET /getblock", "POST /getbin", "POST /getbin",
                "POST /reduce_diff_hash", "POST /mystatus",
            ]
        )
        #expect(requests.filter { $0.method == "POST" }.allSatisfy { $0.contentType == "application/json" })
        #expect(requests[0].json == ["public_key": JSON(Self.key), "worker": "rig1"])
        #expect(requests[3].query == ["job_id": "0000a1b2c3d4e5f6"])
        #expect(requests[4].json == ["public_key": JSON(Self.key), "id": "some/id"])
        #expect(requests[5].json == ["public_key": JSON(Self.key), "id": "some/id", "hashrate": 56_789])
        #expect(
            requests[6].json == [
                "public_key": JSON(Self.key), "id": "some/id", "bin": "bGVhc2U",
                "hashes": [
                    [
                        "extranonce2": 7, "nonce": 4_294_967_295,
                        "hash": JSON(String(repeating: "0a", count: 32)),
                    ]
                ],
                "done": true,
            ]
        )
    }

    @Test func theLargestReportFitsTheBodyThatThePoolTakes() async throws {
        let server = try CannedServer()
        server.answer("/reduce_diff_hash", ["results": [], "next_bin": nil, "current_job_id": "ff"])
        let find = Find(extranonce2: .max, nonce: .max, hash: .zero)
        let finds = Array(repeating: find, count: Report.findCountMax)
        let lease = String(repeating: "x", count: 1_000)
        _ = try await server.serve {
            try await Self.pool(server).send(
                Report(binToken: lease, finds: finds, isDone: false),
                from: Self.member()
            )
        }
        #expect(server.requests.first?.json?["hashes"]?.array?.count == Report.findCountMax)
    }

    @Test(
        "a refusal says whether to try again",
        arguments: [
            (400, .refused("HTTP 400: field bin: not hex")), (401, .unknownMember), (404, .notFound),
            (413, .refused("HTTP 413: field bin: not hex")),
            (429, .busy("HTTP 429: field bin: not hex", retryAfter: .seconds(7))),
            (503, .busy("HTTP 503: field bin: not hex", retryAfter: .seconds(7))),
        ] as [(Int, PoolError)]
    )
    func statuses(status: Int, error: PoolError) async throws {
        let server = try CannedServer()
        server.answer(
            "/getbin",
            status: status,
            headers: [("Retry-After", "7")],
            ["error": ["code": "bad", "message": "field bin: not hex"]]
        )
        try await server.serve {
            let pool = try Self.pool(server)
            let member = try Self.member()
            await #expect(throws: error) { try await pool.bin(for: member, hashrate: nil) }
        }
    }

    @Test func answersThatAreNotThePagesAreUnreadable() async throws {
        let server = try CannedServer()
        server.answer("/getblock", ["job_id": 5])
        server.answer("/status", [1, 2])
        try await server.serve {
            let pool = try Self.pool(server)
            await #expect(throws: PoolError.unreadable(.field("job_id"))) { try await pool.job(id: nil) }
            await #expect(throws: PoolError.unreadable(.field("job_id"))) { try await pool.currentJobID() }
        }
    }

    @Test func aPoolThatIsNotThereIsAway() async throws {
        let port = try LoopbackPort.free()
        let account = try #require(MinerAccount(publicKey: Self.key))
        let pool = HTTPPool(url: "http://127.0.0.1:\(port)", account: account, timeout: .seconds(50))
        do {
            _ = try await pool.currentJobID()
            Issue.record("nobody listens there")
        } catch {
            guard case PoolError.away = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func eventsComeAsTheyAreSentAndWhatCannotBeReadIsLeftOut() async throws {
        let server = try CannedServer()
        let stream = ResponseStream(byteCountMax: 1 << 20)
        server.answer("/events", stream: stream)
        let vector = try Vector.load()
        func send(_ name: String, _ json: JSON) {
            stream.write(Array("event: \(name)\ndata: ".utf8) + json.encoded() + Array("\n\n".utf8))
        }
        let seen = Names()
        try await server.serve {
            let pool = try Self.pool(server)
            let member = try Self.member()
            async let listening: Void = pool.events(for: member) { event in
                let text =
                    switch event {
                    case .job(let job): "job \(job.id)"
                    case .bin(let bin): "bin \(bin.space.token)"
                    case .block: "block"
                    }
                seen.add(text)
            }
            stream.write(Array(": still here\n\n".utf8))
            send("job", vector.job)
            send("job", ["job_id": 3])
            send("weather", ["rain": true])
            send("block", ["height": 432, "hash": "00", "state": "SUBMITTED"])
            send("bin", vector.bin)
            try await Patience.wait(for: "three events") { seen.all.count >= 3 }
            stream.finish()
            try await listening
        }
        #expect(seen.all == ["job 0000a1b2c3d4e5f6", "block", "bin bGVhc2U"])
        #expect(server.requests.first?.query == ["id": "some/id", "public_key": Self.key])
    }
}
