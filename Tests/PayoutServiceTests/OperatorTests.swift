import HTTPServer
import JSON
import Ledger
import Messages
import PostgresClient
import ServiceRuntime
import Synchronization
import System
import TestSupport
import Testing

@testable import PayoutService

/// What operators see and do on the admin address, and what is kept of it.
@Suite struct OperatorTests {
    private let fixture: LedgerFixture
    private let log: OperatorLog
    private let pages: PayoutPages
    private let logPages: OperatorLogPages

    init() async throws {
        fixture = try await LedgerFixture()
        log = OperatorLog(pool: fixture.pool, surroundings: fixture.surroundings)
        let readiness = Readiness()
        readiness.open()
        pages = PayoutPages(
            desk: PayoutDesk(
                stores: PostgresPayouts(database: fixture.database, depthRequired: fixture.settings.payoutDepth),
                wallet: fixture.wallet,
                settings: fixture.settings,
                log: log,
                surroundings: fixture.surroundings
            ),
            reader: PayoutReader(pool: fixture.pool, log: log),
            readiness: readiness
        )
        logPages = OperatorLogPages(log: log, network: LedgerFixture.network, readiness: readiness)
    }

    @Test func whatIsDoneAtAGatewayStandsInTheLogToo() async throws {
        let calls = fixture.calls
        let ban = BanEntry(operatorName: "alice@desk", address: "192.0.2.7", seconds: 60, reason: "spam")
        _ = try await calls.recordBan(ban)
        _ = try await calls.recordBan(BanEntry(operatorName: "bob@desk", address: "192.0.2.7"))
        _ = try await calls.recordBan(BanEntry(operatorName: "bob@desk", address: "192.0.2.7", refusal: "not banned"))
        let kept = try await log.list(about: "address 192.0.2.7", count: 10)
        #expect(kept.map(\.action) == ["ban lift", "ban lift", "ban add"])
        #expect(kept.map(\.outcome) == ["refused", "done", "done"])
        #expect(kept.map(\.operatorName) == ["bob@desk", "bob@desk", "alice@desk"])
        #expect(kept[0].note == "not banned")
        #expect(try JSON(parsing: Array(kept[2].parameters.utf8)) == ["reason": "spam", "seconds": "60"])
        let long = String(repeating: "x", count: 1_001)
        for refused in [
            BanEntry(address: "192.0.2.7"), BanEntry(operatorName: "a\nb", address: "192.0.2.7"),
            BanEntry(operatorName: "a"), BanEntry(operatorName: "a", address: String(repeating: "1", count: 101)),
            BanEntry(operatorName: "a", address: "1.2.3.4", reason: long),
            BanEntry(operatorName: "a", address: "1.2.3.4", refusal: long),
            BanEntry(operatorName: "a", address: "1.2.3.4", reason: "\0"),
        ] {
            let error = await #expect(throws: RPCError.self) { try await calls.recordBan(refused) }
            #expect(error?.code == .invalidArgument)
        }
        #expect(try await log.list(count: 10).count == 3)
    }

    @Test func noMoreIsNotedForGatewaysThanPeopleDo() async throws {
        let ban = BanEntry(operatorName: "alice@desk", address: "192.0.2.7", seconds: 60)
        for _ in 0..<OperatorPace.rate.burst { _ = try await fixture.calls.recordBan(ban) }
        let error = await #expect(throws: RPCError.self) { try await fixture.calls.recordBan(ban) }
        #expect(error?.code == .resourceExhausted)
        #expect(try await log.list(count: 200).count == Int(OperatorPace.rate.burst))
        fixture.clock.advance(by: .seconds(1))
        _ = try await fixture.calls.recordBan(ban)
    }

    /// A payout whose wallet had nothing to pay with.
    private func reserved() async throws {
        try await fixture.earn([(0, 3), (1, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.signFails)
        try await fixture.pay()
    }

    @Test func aPayoutIsListedAndShown() async throws {
        try await reserved()
        let list = try await pages.asked("GET", "/payouts", ["state": "reserved"])
        #expect(list.status == 200)
        let payout = try #require(list.json["payouts"]?.array?.first)
        #expect(payout["id"]?.int64 == 1)
        #expect(payout["state"]?.string == "reserved")
        #expect(payout["amount"]?.int64 == 990_000)
        #expect(payout["accounts"]?.int64 == 2)
        #expect(payout["reason"]?.string?.isEmpty == false)
        #expect(list.json["next"] == .null)
        #expect(try await pages.asked("GET", "/payouts", ["state": "stuck"]).json["payouts"]?.array == [])
        let shown = try await pages.asked("GET", "/payouts/1")
        #expect(shown.json["outputs"]?.array?.compactMap { $0["arrives"]?.int64 }.sorted() == [247_500, 742_500])
        #expect(shown.json["history"]?.array == [])
        #expect(shown.json["transactions"]?.array == [])
        // Signed, it has a transaction.
        try await fixture.pay()
        let signed = try await pages.asked("GET", "/payouts/1").json
        #expect(signed["state"]?.string == "broadcast")
        #expect(signed["transactions"]?.array?.first?["txid"] == signed["txid"])
        #expect(signed["txid"]?.string?.utf8.count == 64)
    }

    @Test func aListGoesOnWhereItEnded() async throws {
        for number in 1...5 {
            try await fixture.pool.execute(
                "INSERT INTO payouts (state, created_at_ms, updated_at_ms) VALUES ('reserved', $1, $1)",
                [.integer(Int64(number))]
            )
        }
        let first = try await pages.asked("GET", "/payouts", ["count": "2"]).json
        #expect(first["payouts"]?.array?.compactMap { $0["id"]?.int64 } == [5, 4])
        #expect(first["next"]?.int64 == 4)
        let second = try await pages.asked("GET", "/payouts", ["count": "3", "before": "4"]).json
        #expect(second["payouts"]?.array?.compactMap { $0["id"]?.int64 } == [3, 2, 1])
        #expect(second["next"] == .null)
    }

    @Test(arguments: [
        ("GET", "/payouts", ["state": "lost"], 400), ("GET", "/payouts", ["count": "0"], 400),
        ("GET", "/payouts", ["count": "201"], 400), ("GET", "/payouts", ["before": "x"], 400),
        ("GET", "/payouts/7", [:], 404), ("GET", "/payouts/x", [:], 400), ("GET", "/payouts/0", [:], 400),
        ("DELETE", "/payouts/7", [:], 405), ("POST", "/payouts/7/burn", [:], 404),
        ("POST", "/payouts/7/retry", [:], 404), ("GET", "/payouts/7/retry", [:], 405),
    ])
    func whatMakesNoSenseIsRefused(
        _ method: String,
        _ path: String,
        _ query: [String: String],
        _ status: Int
    ) async throws {
        let answer = try await pages.asked(method, path, query, by: "alice@desk")
        #expect(answer.status == status)
        #expect(answer.json["error"]?.string?.isEmpty == false)
    }

    @Test func nobodyActsWithoutAName() async throws {
        try await reserved()
        for name in [nil, "", "  ", "a\nb", String(repeating: "x", count: OperatorName.byteCountMax + 1)] {
            #expect(try await pages.asked("POST", "/payouts/1/cancel", by: name).status == 400)
        }
        #expect(try await pages.asked("GET", "/payouts/1").json["state"]?.string == "reserved")
        #expect(try await log.list(count: 10).isEmpty)
    }

    @Test func noMoreIsWrittenDownThanPeopleDo() async throws {
        // Whatever comes of an attempt, it is an entry; looking is none.
        for _ in 0..<OperatorPace.rate.burst {
            #expect(try await pages.asked("POST", "/payouts/7/cancel", by: "alice@desk").status == 404)
        }
        let refused = try await pages.asked("POST", "/payouts/7/cancel", by: "bob@desk")
        #expect(refused.status == 429)
        #expect(refused.json["error"]?.string?.hasSuffix("try again in 1 s") == true)
        #expect(try await pages.asked("GET", "/payouts").status == 200)
        #expect(try await log.list(count: 200).count == Int(OperatorPace.rate.burst))
        fixture.clock.advance(by: .seconds(1))
        for _ in 0..<OperatorPace.rate.perSecond {
            #expect(try await pages.asked("POST", "/payouts/7/cancel", by: "alice@desk").status == 404)
        }
        #expect(try await pages.asked("PUT", "/payouts/7/psbt", by: "alice@desk").status == 429)
    }

    @Test func whatIsDoneAndWhatIsRefusedIsKept() async throws {
        try await reserved()
        #expect(try await pages.asked("POST", "/payouts/1/retry", by: "bob@desk").status == 409)
        let cancelled = try await pages.asked("POST", "/payouts/1/cancel", by: "alice@desk")
        #expect(cancelled.status == 200)
        #expect(cancelled.json["state"]?.string == "cancelled")
        let again = try await pages.asked("POST", "/payouts/1/cancel", by: "alice@desk")
        #expect(again.status == 409)
        #expect(again.json["error"]?.string == "payout 1: it is cancelled already")
        #expect(try await pages.asked("POST", "/payouts/9/retry", by: "bob@desk").status == 404)
        let history = try await pages.asked("GET", "/payouts/1").json["history"]?.array ?? []
        #expect(history.compactMap { $0["outcome"]?.string } == ["refused", "done", "refused"])
        #expect(history.compactMap { $0["operator"]?.string } == ["alice@desk", "alice@desk", "bob@desk"])
        #expect(
            history.last?["note"]?.string == "only a stuck or conflicted payout is tried again, this one is reserved"
        )
        let all = try await logPages.asked("GET", "/operator-log", ["count": "3"]).json
        #expect(all["entries"]?.array?.first?["object"]?.string == "payout 9")
        #expect(all["next"]?.int64 == 2)
        let rest = try await logPages.asked("GET", "/operator-log", ["before": "2"]).json
        #expect(rest["entries"]?.array?.compactMap { $0["action"]?.string } == ["payout retry"])
        #expect(rest["next"] == .null)
        let other = try await logPages.asked("GET", "/operator-log", ["object": "payout 9"]).json
        #expect(other["entries"]?.array?.count == 1)
        #expect(try await logPages.asked("DELETE", "/operator-log").status == 405)
        try await fixture.expectSoundBooks()
    }

    @Test func anAccountsEntriesAreFoundHoweverItsAddressIsSpelled() async throws {
        let name = try #require(OperatorName("alice@desk"))
        let address = Example.addresses[0]
        await log.write(refused: OperatorEntry(name, .accountSet, "account \(address)").refused("no"))
        await log.write(refused: OperatorEntry(name, .accountSet, "account x").refused("no"))
        for (object, count) in [
            ("account \(address)", 1), ("account \(address.uppercased())", 1), ("account x", 1), ("account y", 0),
        ] {
            let found = try await logPages.asked("GET", "/operator-log", ["object": object])
            #expect(found.json["entries"]?.array?.count == count, "\(object)")
        }
    }

    @Test func aStuckOneIsTriedAgainWithTheSameBytes() async throws {
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        for _ in 1...PayoutAttempt.refusalCountMax {
            fixture.wallet.fail(.sendRefused)
            try await fixture.pay()
        }
        #expect(try await pages.asked("POST", "/payouts/1/cancel", by: "alice@desk").status == 409)
        let answer = try await pages.asked("POST", "/payouts/1/retry", by: "alice@desk")
        #expect(answer.json["state"]?.string == "signed")
        #expect(answer.json["history"]?.array?.compactMap { $0["outcome"]?.string } == ["done", "refused"])
        try await fixture.pay()
        #expect(try await pages.asked("GET", "/payouts/1").json["state"]?.string == "broadcast")
        fixture.wallet.state.withLock { #expect(Set($0.sent).count == 1) }
    }

    @Test func whatCannotBeWrittenDownIsNotDone() async throws {
        try await reserved()
        // Nothing can be written into the log any more.
        try await fixture.pool.execute("ALTER TABLE operator_log ADD CHECK (outcome <> 'done')")
        let answer = try await pages.asked("POST", "/payouts/1/cancel", by: "alice@desk")
        #expect(answer.status == 503)
        #expect(try await pages.asked("GET", "/payouts/1").json["state"]?.string == "reserved")
        #expect(try await log.list(count: 10).map(\.outcome) == ["refused"])
        try await fixture.expectSoundBooks()
    }

    @Test func nobodyChangesTheLog() async throws {
        try await reserved()
        _ = try await pages.asked("POST", "/payouts/1/cancel", by: "alice@desk")
        for statement in [
            "UPDATE operator_log SET operator = 'nobody'", "DELETE FROM operator_log", "TRUNCATE operator_log",
        ] {
            await #expect(throws: PostgresError.self) { try await fixture.pool.execute(statement) }
        }
        #expect(try await log.list(count: 10).map(\.operatorName) == ["alice@desk"])
    }

    @Test func aNoteAndAListHaveTheirBounds() async throws {
        let name = try #require(OperatorName("alice@desk"))
        let entry = OperatorEntry(name, .payoutRetry, "payout 1").refused(String(repeating: "€\0", count: 5_000))
        for _ in 0...OperatorLog.listCountMax { await log.write(refused: entry) }
        let kept = try await log.list(count: .max)
        #expect(kept.count == OperatorLog.listCountMax)
        #expect(kept.allSatisfy { $0.note.utf8.count <= OperatorEntry.noteByteCountMax + 3 })
    }

    @Test func nothingIsAnsweredBeforeTheDatabaseIsReady() async throws {
        let early = PayoutPages(desk: pages.desk, reader: pages.reader, readiness: Readiness())
        #expect(try await early.asked("GET", "/payouts").status == 503)
        let earlyLog = OperatorLogPages(log: log, network: LedgerFixture.network, readiness: Readiness())
        #expect(try await earlyLog.asked("GET", "/operator-log").status == 503)
        let other = IncomingRequest(method: "GET", path: "/payoutsx", peer: try #require(RemoteAddress("127.0.0.1")))
        #expect(await pages.answer(other)?.status == nil)
    }
}

extension AdminPages {
    /// What the page answers, as JSON.
    func asked(
        _ method: String,
        _ path: String,
        _ query: [String: String] = [:],
        by name: String? = nil,
        body: [UInt8] = []
    ) async throws -> (status: Int, json: JSON) {
        let request = IncomingRequest(
            method: method,
            path: path,
            query: query,
            headers: name.map { ["lode-operator": $0] } ?? [:],
            body: body,
            peer: try #require(RemoteAddress("127.0.0.1"))
        )
        let answer = try #require(await self.answer(request))
        guard case .bytes(let bytes) = answer.body else { return (answer.status, .null) }
        return (answer.status, try JSON(parsing: bytes))
    }
}
