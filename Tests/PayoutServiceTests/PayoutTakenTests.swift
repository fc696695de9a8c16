import ChainAdapter
import Ledger
import Messages
import MiningDomain
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// What the node would not take is not stored: it can still be given up.
@Suite struct PayoutTakenTests {
    @Test(arguments: [("mempool min fee not met", "fee"), ("bad-txns-inputs-missingorspent", "refused")])
    func whatTheNodeWouldNotTakeWaitsUnsigned(refusal: String, wait: String) async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.state.withLock { $0.refusal = refusal }
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved"])
        #expect(fixture.gauge("lode_payouts_waiting{for=\"\(wait)\"}") == 1)
        let reason = try await fixture.pool.execute("SELECT reason FROM payouts")[0].text(0)
        #expect(reason == "\(wait): the node would not take it: \(refusal)")
        #expect(try await fixture.pool.execute("SELECT FROM payout_transactions").isEmpty)
        #expect(fixture.wallet.state.withLock(\.locked).isEmpty)
        try await fixture.operations.cancel(1)
        fixture.wallet.state.withLock { $0.refusal = nil }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "cancelled"])
        #expect(fixture.wallet.state.withLock(\.sent.count) == 1)
        try await fixture.expectSoundBooks()
    }

    /// There is one coin, and the first of the payouts is refused.
    @Test func coinsOfWhatTheNodeWouldNotTakeAreThereForTheNextPayout() async throws {
        let fixture = try await LedgerFixture { $0.outputCountMax = 1 }
        fixture.wallet.state.withLock { $0.coins = [ScriptedWallet.coin(0)] }
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        let first = try #require([0, 1].min { Example.addresses[$0] < Example.addresses[$1] })
        fixture.wallet.state.withLock { $0.objections = [Example.addresses[first]: "dust"] }
        try await fixture.pay()
        let states = try await fixture.pool.execute("SELECT state FROM payouts ORDER BY payout_id").map {
            try $0.text(0)
        }
        #expect(states == ["reserved", "broadcast"])
        #expect(try await fixture.statement(1 - first).payouts.map(\.state) == ["broadcast"])
        try await fixture.expectSoundBooks()
    }

    @Test func aNodeThatCannotBeAskedIsNoConsent() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.refusalUnknown)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved"])
        #expect(fixture.gauge("lode_payouts_waiting{for=\"unreachable\"}") == 1)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await fixture.expectSoundBooks()
    }

    /// The node's idea of dust is larger than that of its network.
    @Test func whoWouldGetDustOnARealNodeIsLeftOutAndTheOthersArePaid() async throws {
        let regtest = try await RegtestNode.start(blocks: 101, extraArguments: ["-dustrelayfee=0.1"])
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest))
        try await fixture.earn([(0, 2_000), (1, 1), (2, 1_000)], block: 1, reward: 1_500_000_000)
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "cancelled"])
        #expect(try await fixture.statement(1).payouts.map(\.state) == ["cancelled"])
        let reason = try await fixture.pool.execute("SELECT reason FROM payout_exclusions")[0].text(0)
        #expect(reason == "the node refuses to pay it: dust")
        try await regtest.generate(6)
        try await fixture.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<3)
        try await fixture.expectSoundBooks()
    }

    /// Past the node's own limit of 0.1 coin for 1,000 bytes, and within the pool's.
    @Test func aRealNodeTakesTheFeeThatIsAllowed() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest)) {
            $0.feePolicy = FeePolicy(
                floor: NetworkFeeRate(units: 20_000_000),
                ceiling: NetworkFeeRate(units: 20_000_000)
            )
        }
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000_000)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await regtest.generate(6)
        try await fixture.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<1)
        #expect(try #require(try await fixture.sums()[.networkFee]) > 2_000_000)
        try await fixture.expectSoundBooks()
    }
}
