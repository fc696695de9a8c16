import JSON
import Ledger
import Messages
import MiningDomain
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// What operators set for one account, and what comes of it.
@Suite struct AccountTests {
    private let fixture: LedgerFixture
    private let log: OperatorLog
    private let pages: AccountPages

    init() async throws {
        fixture = try await LedgerFixture()
        log = OperatorLog(pool: fixture.pool, surroundings: fixture.surroundings)
        let readiness = Readiness()
        readiness.open()
        pages = AccountPages(
            desk: AccountDesk(
                pool: fixture.pool,
                settings: fixture.settings,
                log: log,
                surroundings: fixture.surroundings
            ),
            exclusions: ExclusionReader(pool: fixture.pool),
            readiness: readiness
        )
    }

    private static func path(_ client: Int) -> String { "/accounts/\(Example.addresses[client])" }

    @Test func anAccountIsShownWithWhatHoldsForIt() async throws {
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        let shown = try await pages.asked("GET", Self.path(0))
        #expect(shown.status == 200)
        #expect(shown.json["payout_threshold"]?.int64 == 100_000)
        #expect(shown.json["payout_threshold_is_own"] == false)
        #expect(shown.json["payout_interval_seconds"]?.int64 == 60)
        #expect(shown.json["balances"]?["confirmed"]?.int64 == 990_000)
    }

    @Test func aThresholdAndAnIntervalHoldForPlanning() async throws {
        try await fixture.earn([(0, 1), (1, 1), (2, 1)], block: 1, reward: 1_000_000)
        let first = try await pages.asked("PUT", Self.path(0), ["payout_threshold": "400000"], by: "alice@desk")
        #expect(first.status == 200)
        #expect(first.json["payout_threshold"]?.int64 == 400_000)
        #expect(first.json["payout_threshold_is_own"] == true)
        _ = try await pages.asked("PUT", Self.path(1), ["payout_interval_seconds": "150"], by: "alice@desk")
        try await fixture.pay()
        #expect(try await payoutCounts() == [0, 1, 1])
        try await fixture.earn([(0, 1), (1, 1), (2, 1)], block: 2, reward: 1_000_000)
        try await fixture.pay()
        #expect(try await payoutCounts() == [1, 1, 2], "0 has both blocks, 1 was paid a minute ago")
        // Back to the pool's: at once.
        let reset = try await pages.asked("DELETE", Self.path(1), by: "bob@desk")
        #expect(reset.json["payout_interval_is_own"] == false)
        try await fixture.pay()
        #expect(try await payoutCounts() == [1, 2, 2])
        try await fixture.expectSoundBooks()
        let kept = try await log.list(count: 10)
        #expect(kept.map(\.action) == ["account reset", "account set", "account set"])
        #expect(kept.last?.parameters == #"{"payout_threshold": "400000"}"#)
        #expect(kept.last?.object == "account \(Example.addresses[0])")
    }

    @Test func whoIsNotPaidIsListedAndAdmitted() async throws {
        try await fixture.earn((0..<5).map { ($0, 1) }, block: 1, reward: 1_000_000)
        fixture.wallet.state.withLock {
            $0.objections = [Example.addresses[1]: "dust", Example.addresses[3]: "dust"]
            $0.unpayable = [Example.addresses[4]]
        }
        for _ in 0..<2 { try await fixture.pay() }
        let first = try await pages.asked("GET", "/accounts", ["count": "2"])
        #expect(first.status == 200)
        let next = try #require(first.json["next"]?.int64)
        let second = try await pages.asked("GET", "/accounts", ["before": "\(next)"])
        let all = (first.json["accounts"]?.array ?? []) + (second.json["accounts"]?.array ?? [])
        #expect(Set(all.compactMap { $0["address"]?.string }) == Set([1, 3, 4].map { Example.addresses[$0] }))
        #expect(all.count { $0["is_for_a_person"] == true } == 2)
        #expect(all.allSatisfy { $0["confirmed"]?.int64 == 198_000 })
        #expect(second.json["next"] == .null)
        #expect(try await pages.asked("GET", "/accounts", ["count": "201"]).status == 400)
        fixture.wallet.state.withLock { $0.objections = [:] }
        try await fixture.pay()
        #expect(try await fixture.statement(1).payouts.map(\.state) == ["cancelled"])
        let admitted = try await pages.asked("POST", Self.path(1) + "/admit", by: "alice@desk")
        #expect(admitted.status == 200)
        #expect(admitted.json["excluded_because"] == .null)
        #expect(try await log.list(count: 1).map(\.action) == ["account admit"])
        try await fixture.pay()
        #expect(try await fixture.statement(1).payouts.map(\.state) == ["broadcast", "cancelled"])
        #expect(try await fixture.statement(3).payouts.map(\.state) == ["cancelled"])
        try await fixture.expectSoundBooks()
    }

    @Test func whatIsNotGivenStays() async throws {
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        _ = try await pages.asked("PUT", Self.path(0), ["payout_threshold": "400000"], by: "alice@desk")
        let second = try await pages.asked("PUT", Self.path(0), ["payout_interval_seconds": "600"], by: "alice@desk")
        #expect(second.json["payout_threshold"]?.int64 == 400_000)
        #expect(second.json["payout_interval_seconds"]?.int64 == 600)
    }

    private func payoutCounts() async throws -> [Int] {
        var counts: [Int] = []
        for account in 0..<3 { counts.append(try await fixture.statement(account).payouts.count) }
        return counts
    }

    @Test(arguments: [
        (
            ["payout_threshold": "2939"], 409,
            "the threshold must be at least 2940 base units: less would be dust, which no node relays"
        ),
        (
            ["payout_threshold": "9999"], 409,
            "the threshold must be at least 10000 base units: the pool pays nothing smaller"
        ),
        (
            ["payout_threshold": "0"], 409,
            "the threshold must be at least 2940 base units: less would be dust, which no node relays"
        ),
        (["payout_threshold": "1000000000001"], 409, "the threshold must be at most 1000000000000 base units"),
        (["payout_threshold": "18446744073709551615"], 409, "the threshold must be at most 1000000000000 base units"),
        (["payout_threshold": "-1"], 400, "payout_threshold must be a whole number of base units"),
        (
            ["payout_interval_seconds": "59"], 409,
            "the interval must be at least 60 seconds: the pool makes payouts no more often"
        ),
        (["payout_interval_seconds": "31536001"], 409, "the interval must be at most 31536000 seconds, a year"),
        (["payout_interval_seconds": "1h"], 400, "payout_interval_seconds must be a whole number"),
        ([:], 400, "nothing to set: give payout_threshold, payout_interval_seconds, or both"),
    ])
    func whatIsOutOfBoundsIsRefusedWithTheLimit(
        _ query: [String: String],
        _ status: Int,
        _ sentence: String
    ) async throws {
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        let answer = try await pages.asked("PUT", Self.path(0), query, by: "alice@desk")
        #expect(answer.status == status)
        #expect(answer.json["error"]?.string == sentence)
        #expect(try await pages.asked("GET", Self.path(0)).json["payout_threshold_is_own"] == false)
        #expect(try await log.list(count: 10).map(\.outcome) == (status == 409 ? ["refused"] : []))
    }

    @Test func theLimitsThemselvesAreGranted() async throws {
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        for query in [
            ["payout_threshold": "10000", "payout_interval_seconds": "60"],
            ["payout_threshold": "1000000000000", "payout_interval_seconds": "31536000"],
        ] {
            #expect(try await pages.asked("PUT", Self.path(0), query, by: "alice@desk").status == 200)
        }
    }

    @Test func onlyAccountsThatWorkedHaveSettings() async throws {
        let wish = ["payout_threshold": "400000"]
        #expect(try await pages.asked("PUT", Self.path(3), wish, by: "alice@desk").status == 404)
        #expect(try await pages.asked("DELETE", Self.path(3), by: "alice@desk").status == 404)
        #expect(try await pages.asked("GET", Self.path(3)).status == 404)
        #expect(try await pages.asked("GET", "/accounts/nobody").status == 400)
        #expect(try await pages.asked("GET", "/accounts/").status == 400)
        #expect(try await pages.asked("POST", "/accounts").status == 405)
        #expect(try await pages.asked("POST", Self.path(3) + "/admit", by: "alice@desk").status == 404)
        #expect(try await pages.asked("POST", Self.path(3) + "/admit").status == 400)
        #expect(try await pages.asked("POST", Self.path(3), by: "alice@desk").status == 405)
        #expect(try await pages.asked("PUT", Self.path(3), wish).status == 400, "nobody's wish")
    }
}
