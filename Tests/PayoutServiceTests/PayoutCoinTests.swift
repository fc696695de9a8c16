import BlockFormat
import ChainAdapter
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Which coins payouts spend, and that no two spend the same.
@Suite struct PayoutCoinTests {
    @Test func aCoinIsOnePayoutsAlsoWhenTheNodeForgotItsLocks() async throws {
        let fixture = try await LedgerFixture()
        fixture.wallet.state.withLock { $0.coins = (0..<2).map { ScriptedWallet.coin($0) } }
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.sendNeverArrives)
        try await fixture.pay()
        let first = try #require(fixture.wallet.state.withLock { $0.drafts.values.first }).coins.map(\.reference)
        #expect(fixture.wallet.state.withLock(\.locked) == Set(first))
        // The node restarts: its locks are gone, and the transaction never came.
        fixture.wallet.state.withLock { $0.locked = [] }
        try await fixture.earn([(1, 1)], block: 2, reward: 1_000_000)
        fixture.wallet.fail(.sendNeverArrives)
        try await fixture.successor().pay()
        let drafts = fixture.wallet.state.withLock(\.drafts)
        #expect(drafts.count == 2)
        #expect(Set(drafts.values.flatMap(\.coins)).count == 2)
        #expect(fixture.wallet.state.withLock(\.locked) == Set(drafts.values.flatMap(\.coins).map(\.reference)))
        try await fixture.pay()
        #expect(fixture.wallet.state.withLock(\.fates.count) == 2)
        try await fixture.expectSoundBooks()
    }

    /// Past that the count of inputs or outputs takes more bytes than the fee is paid for.
    @Test func noPayoutHasMoreInputsOrOutputsThanItsOverheadHoldsFor() {
        #expect(CoinSelection.coinCountMax <= TransactionSize.countMax)
        #expect(PayoutSettings.payoutOutputCountMax + 1 <= TransactionSize.countMax, "and the change")
    }

    @Test func theStoreRefusesAnotherPayoutsCoin() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        try await fixture.earn([(1, 1)], block: 2, reward: 1_000_000)
        fixture.wallet.fail(.signFails)
        try await fixture.pay()
        let draft = try #require(fixture.wallet.state.withLock { $0.drafts.values.first })
        let stores = PostgresPayouts(database: fixture.database, depthRequired: 6)
        let store = try #require(try await stores.claim())
        let version = PayoutVersion(
            transaction: [1],
            identifier: Example.hash(1),
            fee: Amount(units: 1),
            virtualSize: 1,
            signedHeight: 1
        )
        await #expect(throws: StoreError.self) {
            try await store.store(version, of: draft, for: 2, nowMs: 1)
        }
        #expect(try await store.payout(2)?.versions.isEmpty == true)
        await store.release()
    }

    @Test func tooFewCoinsLetTheLargeWaitAndTheSmallThrough() async throws {
        let fixture = try await LedgerFixture { $0.outputCountMax = 1 }
        fixture.wallet.state.withLock { $0.coins = [ScriptedWallet.coin(0, units: 500_000)] }
        try await fixture.earn([(0, 9), (1, 1)], block: 1, reward: 2_000_000)
        try await fixture.pay()
        let states = [try await fixture.statement(0), try await fixture.statement(1)].map { $0.payouts.map(\.state) }
        #expect(states == [["reserved"], ["broadcast"]])
        let reason = try await fixture.pool.execute("SELECT reason FROM payouts WHERE state = 'reserved'")[0].text(0)
        #expect(reason.hasPrefix("insufficient: the wallet has "), "\(reason)")
        #expect(fixture.gauge("lode_payouts_waiting{for=\"insufficient\"}") == 1)
        fixture.wallet.state.withLock { $0.coins.append(ScriptedWallet.coin(1)) }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        #expect(fixture.gauge("lode_payouts_waiting{for=\"insufficient\"}") == 0)
        try await fixture.expectSoundBooks()
    }

    /// What a person locks by hand afterwards stays locked.
    @Test func whatIsCancelledIsUnlockedOnceAndMoreThanARunMayInTheNext() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.signFails)
        try await fixture.pay()
        try await fixture.operations.cancel(1)
        let count = CoinKeeper.freedCountMax + 5
        let coins = Set((0..<count).map { ScriptedWallet.coin(1_000 + $0).reference })
        try await fixture.pool.execute(
            """
            INSERT INTO payout_coins (payout_id, coin_txid, coin_output, amount, script_public_key, is_held)
            SELECT 1, decode(name, 'hex'), output, 1, '', false FROM unnest($1::text[], $2::bigint[]) AS given (name, output)
            """,
            [.texts(coins.map { Hex.string($0.transaction.bytes) }), .integers(coins.map { Int64($0.output) })]
        )
        func locked() -> Int { fixture.wallet.state.withLock { $0.locked.intersection(coins).count } }
        fixture.wallet.state.withLock { $0.locked = coins }
        // The node does it, and its answer is lost: it is asked again.
        fixture.wallet.fail(.unlockLosesAnswer)
        try await fixture.pay()
        #expect(locked() == 5)
        fixture.wallet.state.withLock { $0.locked.formUnion(coins) }
        for open in [5, 0] {
            try await fixture.pay()
            #expect(locked() == open)
        }
        let byHand = try #require(coins.first)
        fixture.wallet.state.withLock { _ = $0.locked.insert(byHand) }
        try await fixture.successor().pay()
        #expect(locked() == 1)
    }

    @Test func whatIsCancelledFreesItsOtherCoins() async throws {
        let fixture = try await LedgerFixture()
        fixture.wallet.state.withLock { $0.coins = (0..<2).map { ScriptedWallet.coin($0, units: 600_000) } }
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        let (key, draft) = try #require(fixture.wallet.state.withLock { $0.drafts.first })
        let coins = draft.coins.map(\.reference)
        #expect(coins.count == 2)
        fixture.wallet.state.withLock { state in
            state.fates[key] = .conflicted(depth: 6)
            state.locked = Set(coins)
            state.strangers = [
                CoinSpender(
                    transaction: Example.hash(77),
                    confirmations: 6,
                    inputs: [coins[0]],
                    outputs: [],
                    bytes: [7],
                    virtualSize: 100
                )
            ]
        }
        try await fixture.pay()
        try await fixture.operations.cancel(1)
        try await fixture.expectSoundBooks("cancelled")
        fixture.wallet.state.withLock { $0.coins.append(ScriptedWallet.coin(3, units: 600_000)) }
        try await fixture.pay()
        #expect(fixture.wallet.state.withLock { $0.locked.isDisjoint(with: coins) } == false, "the free one pays again")
        let second = fixture.wallet.state.withLock { $0.drafts.values.first { $0 != draft } }
        let spent = try #require(second).coins.map(\.reference)
        #expect(spent.contains(coins[1]))
        #expect(!spent.contains(coins[0]))
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "cancelled"])
        try await fixture.expectSoundBooks("paid")
    }
}
