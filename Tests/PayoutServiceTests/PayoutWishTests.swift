import Ledger
import Messages
import MiningDomain
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Accounts that are paid otherwise than the others, or cannot be paid at all.
@Suite struct PayoutWishTests {
    @Test func anAccountsOwnThresholdAndIntervalHold() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1), (1, 1), (2, 1)], block: 1, reward: 1_000_000)
        try await fixture.pool.execute(
            """
            INSERT INTO account_settings
            SELECT account_id, CASE address WHEN $1 THEN 400000 END, CASE address WHEN $2 THEN 150 END
            FROM accounts WHERE address IN ($1, $2)
            """,
            [.text(Example.addresses[0]), .text(Example.addresses[1])]
        )
        try await fixture.pay()
        #expect(try await Self.payoutCounts(fixture) == [0, 1, 1])
        try await fixture.earn([(0, 1), (1, 1), (2, 1)], block: 2, reward: 1_000_000)
        try await fixture.pay()
        #expect(try await Self.payoutCounts(fixture) == [1, 1, 2], "two blocks, and only a minute has gone by")
        try await fixture.pay()
        #expect(try await Self.payoutCounts(fixture) == [1, 1, 2])
        try await fixture.pay()
        #expect(try await Self.payoutCounts(fixture) == [1, 2, 2])
        try await fixture.expectSoundBooks()
    }

    private static func payoutCounts(_ fixture: LedgerFixture) async throws -> [Int] {
        var counts: [Int] = []
        for account in 0..<3 { counts.append(try await fixture.statement(account).payouts.count) }
        return counts
    }

    @Test func oneBadAddressIsLeftOutAndTheOthersArePaid() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1), (1, 1), (2, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.state.withLock { $0.unpayable = [Example.addresses[1]] }
        try await fixture.pay()
        try await fixture.expectSoundBooks("left out")
        #expect(try await fixture.payouts.runOnce())
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "cancelled"])
        #expect(try await fixture.statement(1).payouts.map(\.state) == ["cancelled"])
        #expect(try await fixture.statement(2).payouts.map(\.state) == ["broadcast", "cancelled"])
        #expect(try await fixture.statement(1).confirmed == 330_000)
        #expect(fixture.gauge("lode_payout_excluded_accounts") == 1)
        let flagged = try await fixture.pool.execute(
            "SELECT address, reason FROM payout_exclusions JOIN accounts USING (account_id)"
        )
        #expect(try flagged.map { try $0.text(0) } == [Example.addresses[1]])
        for _ in 0..<3 { try await fixture.pay() }
        #expect(try await fixture.statement(1).payouts.count == 1, "not tried again and again")
        // A newer node knows it.
        fixture.wallet.state.withLock { $0.unpayable = [] }
        try await fixture.pay()
        #expect(try await fixture.statement(1).payouts.map(\.state) == ["broadcast", "cancelled"])
        try await fixture.pay()
        #expect(fixture.gauge("lode_payout_excluded_accounts") == 0)
        try await fixture.expectSoundBooks()
    }

    /// However many there are, each is asked about before any of them a second time.
    @Test func moreExcludedAccountsThanOneRunAsksAboutTakeTurns() async throws {
        let fixture = try await LedgerFixture()
        let count = PayoutRun.excludedCountMax + 20
        try await fixture.earn((0..<count).map { ($0, 1) }, block: 1, reward: 100_000)
        try await fixture.pool.execute(
            "INSERT INTO payout_exclusions SELECT account_id, 'no address', 1 FROM accounts WHERE account_id <> 0"
        )
        fixture.wallet.state.withLock { $0.unpayable = Set(Example.addresses) }
        let stores = PostgresPayouts(database: fixture.database, depthRequired: 6)
        let store = try #require(try await stores.claim())
        let first = try await store.excluded(countMax: PayoutRun.excludedCountMax, nowMs: 1_000)
        let second = try await store.excluded(countMax: PayoutRun.excludedCountMax, nowMs: 2_000)
        #expect((first.count, second.count) == (PayoutRun.excludedCountMax, PayoutRun.excludedCountMax))
        #expect(Set(first).union(second).count == count)
        await store.release()
        // The last of them is paid again within two runs.
        _ = fixture.wallet.state.withLock { $0.unpayable.remove(Example.addresses[count - 1]) }
        for _ in 0..<2 { try await fixture.pay() }
        #expect(fixture.gauge("lode_payout_excluded_accounts") == Int64(count - 1))
    }

    @Test func dustWaitsWhateverTheAccountWishes() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1_000), (1, 1)], block: 1, reward: 2_000_000)
        try await fixture.pool.execute(
            "INSERT INTO account_settings SELECT account_id, 1, NULL FROM accounts WHERE address = $1",
            [.text(Example.addresses[1])]
        )
        try await fixture.pay()
        #expect(try await fixture.statement(1).confirmed == 1_978)  // below 2,940
        #expect(try await fixture.statement(1).payouts.isEmpty)
        try await fixture.earn([(0, 1_000), (1, 1)], block: 2, reward: 2_000_000)
        try await fixture.pay()
        #expect(try await fixture.statement(1).payouts.map(\.amount) == [3_956])
        try await fixture.expectSoundBooks()
    }
}
