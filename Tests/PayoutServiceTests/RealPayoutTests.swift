import JSON
import Ledger
import Messages
import PayoutService
import TestSupport
import Testing

/// Payouts from a real node's wallet, to addresses whose coins the node then counts.
@Suite struct RealPayoutTests {
    @Test func minersHaveOnChainWhatTheLedgerSays() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let wallet = InterruptedWallet(regtest)
        let fixture = try await LedgerFixture(paying: wallet)
        try await fixture.earn([(0, 5), (1, 3), (2, 1)], block: 1, reward: 1_234_567_891)
        try await fixture.pay()
        try await regtest.generate(5)
        try await fixture.pay()
        #expect(try await fixture.sums()[.paid] == 0)
        try await regtest.generate(1)
        try await fixture.pay()
        try await Self.expectChainAgrees(regtest, fixture, accounts: 0..<3)
        let sums = try await fixture.sums()
        let networkFee = try #require(sums[.networkFee])
        #expect(networkFee > 0)
        #expect(try #require(sums[.paid]) + #require(sums[.fee]) + networkFee == 1_234_567_891)
        try await fixture.expectSoundBooks()
    }

    private static let interruptions: [InterruptedWallet.Moment] = [.afterSigning, .beforeSending, .afterSending]

    @Test(arguments: interruptions)
    func interruptedAnywhereMinersArePaidOnce(moment: InterruptedWallet.Moment) async throws {
        // One mature coin only: if an interrupted payout kept it locked, there would be none to pay with.
        let regtest = try await RegtestNode.start(blocks: 101)
        let wallet = InterruptedWallet(regtest)
        let fixture = try await LedgerFixture(paying: wallet)
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000_000)
        wallet.interrupt(moment)
        try await fixture.pay()
        try await fixture.expectSoundBooks()
        try await fixture.successor().pay()
        try await regtest.generate(6)
        try await fixture.successor().pay()
        try await Self.expectChainAgrees(regtest, fixture, accounts: 0..<2)
        #expect(try await fixture.statement(0).paid == 495_000_000)
        try await fixture.expectSoundBooks()
    }

    @Test func aNodeThatDiesAndAnEmptyWalletOnlyDelay() async throws {
        let regtest = try await RegtestNode.start(blocks: 1)
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest))
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000_000)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved"])
        await regtest.main.kill()
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved"])
        try await regtest.main.start()
        try await regtest.join()
        // The wallet may be loaded already: the payout's own calls do that too.
        _ = try? await regtest.rpc("loadwallet", .string(RegtestNode.walletName))
        try await regtest.generate(101)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await regtest.generate(6)
        try await fixture.pay()
        try await Self.expectChainAgrees(regtest, fixture, accounts: 0..<1)
        #expect(try await fixture.statement(0).paid == 990_000_000)
    }

    @Test func theRewardAddressIsTheWalletsOwnAndStaysAfterADatabaseIsLost() async throws {
        let regtest = try await RegtestNode.start()
        let wallet = InterruptedWallet(regtest)
        let first = try await LedgerFixture(paying: wallet).calls.getRewardAddress(Empty()).address
        let info = try await regtest.rpc("getaddressinfo", .string(first))
        #expect(info["ismine"] == .bool(true))
        #expect(try await LedgerFixture(paying: wallet).calls.getRewardAddress(Empty()).address == first)
    }

    static func expectChainAgrees(
        _ regtest: RegtestNode,
        _ fixture: LedgerFixture,
        accounts: Range<Int>
    ) async throws {
        for account in accounts {
            let found = try await regtest.rpc(
                "scantxoutset",
                "start",
                .array([.string("addr(\(Example.addresses[account]))")])
            )
            let units = found["total_amount"]?.number?.decimalUnits(places: 8)
            let paid = try await fixture.statement(account).paid
            #expect(units == paid, "account \(account)")
        }
    }
}
