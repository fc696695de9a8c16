import Gateway
import HTTPClient
import JSON
import Messages
import ServiceRuntime
import Testing

/// What miners get while other services are away.
@Suite struct AbsenceTests {
    @Test func withoutTheLedgerJobsAndBinsGoOn() async throws {
        let pool = FakePool()
        pool.update { $0.ledgerError = .unavailable("away") }
        try await GatewayFixture.run(pool) { gateway in
            try await gateway.settleJob()
            let me = try await gateway.join()
            _ = try await gateway.json("GET", "/getblock")
            _ = try await gateway.json("POST", "/getbin", me)
            let hashes: JSON = [["extranonce2": 0, "nonce": 1]]
            let report = me.with(["bin": JSON(GatewayFixture.bin), "hashes": hashes])
            _ = try await gateway.json("POST", "/reduce_diff_hash", report)
            #expect(try await gateway.json("GET", "/status")["previous_blocks"] == [])
            try await Self.expectAway(gateway, "POST", "/mystatus", me, naming: "the ledger")
        }
    }

    @Test func withoutAJobNobodyIsGivenOne() async throws {
        let pool = FakePool()
        pool.update { $0.job = nil }
        try await GatewayFixture.run(pool) { gateway in
            try await Self.expectAway(gateway, "GET", "/getblock", nil, naming: "no job")
            #expect(gateway.surroundings.health.missing.map(\.condition) == ["a job from the job service"])
            #expect(try await gateway.json("GET", "/status")["job_id"] == .null)
            pool.update { $0.job = FakePool.job(4) }
            try await gateway.settleJob("0000000000000004")
            _ = try await gateway.json("GET", "/getblock")
            #expect(gateway.surroundings.health.missing.isEmpty)
        }
    }

    @Test func aWithdrawnJobIsGoneAtOnce() async throws {
        try await GatewayFixture.run { gateway in
            try await gateway.settleJob()
            gateway.pool.update { $0.jobsError = .failedPrecondition("no template for the tip") }
            try await gateway.settle { try await gateway.send("GET", "/getblock").status == 503 }
            try await Self.expectAway(gateway, "GET", "/getblock", nil, naming: "no job")
            try await gateway.settle { !gateway.surroundings.health.missing.isEmpty }
        }
    }

    @Test func withoutTheJobServiceItsLastJobIsKeptForAWhile() async throws {
        var settings = GatewayFixture.settings()
        settings.jobKeepTime = .seconds(4)
        try await GatewayFixture.run(settings: settings) { gateway in
            try await gateway.settleJob()
            let me = try await gateway.join()
            gateway.pool.update { $0.jobsError = .deadlineExceeded("no answer") }
            _ = try await gateway.json("GET", "/getblock")
            try await Self.expectAway(gateway, "POST", "/getbin", me, naming: "the job service")
            let report = me.with(["bin": JSON(GatewayFixture.bin), "hashes": [["extranonce2": 0, "nonce": 1]]])
            let answer = try await gateway.json("POST", "/reduce_diff_hash", report)
            #expect(answer["results"]?.array?.count == 1)
            #expect(answer["next_bin"] == .null)
            _ = try await gateway.json("POST", "/mystatus", me)
            try await gateway.settle { try await gateway.send("GET", "/getblock").status == 503 }
            try await gateway.settle { !gateway.surroundings.health.missing.isEmpty }
        }
    }

    @Test func withoutTheShareServiceNothingIsAccepted() async throws {
        let pool = FakePool()
        pool.update { $0.sharesError = .unavailable("away") }
        try await GatewayFixture.run(pool) { gateway in
            let report = try await gateway.join().with([
                "bin": JSON(GatewayFixture.bin), "hashes": [["extranonce2": 0, "nonce": 1]],
            ])
            try await Self.expectAway(gateway, "POST", "/reduce_diff_hash", report, naming: "accepted nothing")
            #expect(pool.read { $0.reports.isEmpty })
            // Nobody knows what was accepted then, and the message does not say otherwise.
            pool.update { $0.sharesError = .deadlineExceeded("too late") }
            try await Self.expectAway(
                gateway,
                "POST",
                "/reduce_diff_hash",
                report,
                naming: "send the same hashes again"
            )
        }
    }

    @Test func aSurpriseIsNotTheMinersFault() async throws {
        let pool = FakePool()
        pool.update { $0.jobsError = .internal("secret details") }
        try await GatewayFixture.run(pool) { gateway in
            let answer = try await gateway.json("POST", "/getbin", try await gateway.join(), status: 500)
            #expect(answer["error"]?["code"] == "internal")
            #expect(answer["error"]?["message"]?.string?.contains("secret") == false)
        }
    }

    private static func expectAway(
        _ gateway: GatewayFixture,
        _ method: String,
        _ path: String,
        _ body: JSON?,
        naming what: String
    ) async throws {
        let text = body.map { String(decoding: $0.encoded(), as: UTF8.self) } ?? ""
        let answer = try await gateway.send(method, path, text)
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"] == "2")
        #expect(try JSON(parsing: answer.body)["error"]?["message"]?.string?.contains(what) == true)
    }
}
