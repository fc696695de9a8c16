import BlockFormat
import ChainAdapter
import Hashing
import JSON
import Ledger
import Messages
import MiningDomain
import PayoutService
import Synchronization
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

    private static let interruptions: [InterruptedWallet.Moment] = [.afterBuilding, .beforeSending, .afterSending]

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

    private static func expectChainAgrees(
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

/// A real wallet whose user dies at a chosen moment, once.
final class InterruptedWallet: PayoutWallet {
    enum Moment: Sendable {
        case afterBuilding
        case beforeSending
        case afterSending
    }

    private let wallet: NodeWallet
    private let next = Mutex<Moment?>(nil)

    init(_ regtest: RegtestNode) {
        wallet = NodeWallet(
            Wallet(regtest.main.endpoint, name: RegtestNode.walletName, network: LedgerFixture.network)
        )
    }

    func interrupt(_ moment: Moment) {
        next.withLock { $0 = moment }
    }

    func rewardAddress() async throws(NodeError) -> Address {
        try await wallet.rewardAddress()
    }

    func owns(_ address: Address) async throws(NodeError) -> Bool {
        try await wallet.owns(address)
    }

    func build(paying outputs: [(address: Address, amount: Amount)]) async throws(NodeError) -> BuiltPayout {
        let payout = try await wallet.build(paying: outputs)
        try pass(.afterBuilding)
        return payout
    }

    func discard(_ payout: BuiltPayout) async throws(NodeError) {
        try await wallet.discard(payout)
    }

    func unlockAll() async throws(NodeError) {
        try await wallet.unlockAll()
    }

    func send(_ transaction: [UInt8]) async throws(NodeError) {
        try pass(.beforeSending)
        try await wallet.send(transaction)
        try pass(.afterSending)
    }

    func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate {
        try await wallet.fate(of: transaction)
    }

    private func pass(_ moment: Moment) throws(NodeError) {
        let isDue = next.withLock { next in
            guard next == moment else { return false }
            next = nil
            return true
        }
        if isDue { throw .noAnswer("interrupted") }
    }
}
