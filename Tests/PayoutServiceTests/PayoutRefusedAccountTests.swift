import BlockFormat
import ChainAdapter
import Hashing
import JSON
import Ledger
import Messages
import MiningDomain
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Accounts that a payout cannot be made with hold up nobody else.
@Suite struct PayoutRefusedAccountTests {
    /// Whoever has seen one payout knows where the change goes, and may mine to it.
    @Test func whoMinesToTheAddressOfChangeIsPaidAndSoAreTheOthers() async throws {
        let fixture = try await LedgerFixture()
        let change = try await fixture.wallet.changeAddress(besides: [])
        let miner = try #require(Example.addresses.firstIndex(of: change.text))
        try await fixture.earn([(0, 1), (miner, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        let draft = try #require(fixture.wallet.state.withLock { $0.drafts.values.first })
        #expect(draft.outputs.count == 2)
        #expect(try #require(draft.change).address != change)
        // Its fee is raised from that change.
        fixture.wallet.state.withLock { $0.height += 6 }
        try await fixture.pay()
        let changes = fixture.wallet.state.withLock { Set($0.drafts.values.map(\.change?.address)) }
        #expect(changes == [draft.change?.address])
        #expect(fixture.wallet.state.withLock(\.signedCount) == 2)
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        #expect(try await fixture.statement(miner).paid == 495_000)
        try await fixture.expectSoundBooks()
    }

    @Test func whomTheNodeRefusesIsLeftOutUntilAPersonSaysOtherwise() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn((0..<100).map { ($0, 1) }, block: 1, reward: 20_000_000)
        fixture.wallet.state.withLock { $0.objections = [Example.addresses[42]: "scriptpubkey"] }
        for _ in 0..<2 { try await fixture.pay() }
        #expect(
            fixture.wallet.state.withLock { state in state.fates.keys.map { state.drafts[$0]?.outputs.count } } == [99]
        )
        #expect(try await fixture.statement(42).payouts.map(\.state) == ["cancelled"])
        #expect(try await fixture.statement(42).confirmed == 198_000)
        #expect(fixture.gauge("lode_payout_excluded_accounts") == 1)
        let reason = try await fixture.pool.execute("SELECT reason FROM payout_exclusions")[0].text(0)
        #expect(reason == "the node refuses to pay it: scriptpubkey")
        // Its address is one: that alone does not bring it back.
        for _ in 0..<3 { try await fixture.pay() }
        #expect(try await fixture.statement(42).payouts.count == 1)
        try await fixture.earn([(0, 1)], block: 2, reward: 20_000_000)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "broadcast", "cancelled"])
        try await fixture.expectSoundBooks()
    }

    @Test func aNodeThatRefusesEveryoneAccusesNobody() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.state.withLock {
            $0.objections = [Example.addresses[0]: "dust", Example.addresses[1]: "dust"]
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved"])
        #expect(fixture.gauge("lode_payouts_waiting{for=\"refused\"}") == 1)
        #expect(fixture.gauge("lode_payout_excluded_accounts") == 0)
        fixture.wallet.state.withLock { $0.objections = [:] }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await fixture.expectSoundBooks()
    }

    @Test(arguments: [1, 2])
    func whoseAddressIsNoneIsLeftOutAlsoWithNobodyElseInThePayout(count: Int) async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn((0..<count).map { ($0, 1) }, block: 1, reward: 1_000_000)
        fixture.wallet.state.withLock { $0.unpayable = Set(Example.addresses[..<count]) }
        for _ in 0..<3 { try await fixture.pay() }
        for client in 0..<count {
            #expect(try await fixture.statement(client).payouts.map(\.state) == ["cancelled"])
        }
        #expect(fixture.gauge("lode_payout_excluded_accounts") == Int64(count))
        #expect(try await fixture.sums()[.reserved] == 0)
        // A newer node knows such addresses.
        fixture.wallet.state.withLock { $0.unpayable = [] }
        try await fixture.pay()
        for client in 0..<count {
            #expect(try await fixture.statement(client).payouts.map(\.state) == ["broadcast", "cancelled"])
        }
        try await fixture.expectSoundBooks()
    }

    @Test func aRealNodeIsAskedForOtherChangeAndPaysBoth() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let wallet = InterruptedWallet(regtest)
        let fixture = try await LedgerFixture(paying: wallet)
        let change = try await wallet.changeAddress(besides: [])
        #expect(try await wallet.changeAddress(besides: []) == change)
        let miner = Client(address: change.text, worker: "rig1", clientID: [UInt8](repeating: 200, count: 16))
        for (number, client) in [(1, Example.client(0)), (2, miner)] {
            let share = Example.share(number, of: client)
            #expect(try await fixture.calls.outcomes(of: RecordSharesRequest(shares: [share])) == [.recorded])
        }
        _ = try await fixture.calls.recordBlock(
            Example.block(1, .confirmed, confirmations: 100, reward: 1_000_000_000)
        )
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await regtest.generate(6)
        try await fixture.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<1)
        #expect(try await fixture.sums()[.paid] == 990_000_000)
        // There are two addresses for change from now on; a third one is made only when both are mined to.
        let other = try await wallet.changeAddress(besides: [change.scriptPublicKey])
        #expect(other != change)
        #expect(try await wallet.changeAddress(besides: [change.scriptPublicKey]) == other)
        try await fixture.expectSoundBooks()
    }

    @Test func aRealNodeSaysWhatItHasAgainstOutputs() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let wallet = InterruptedWallet(regtest)
        let coins = try await wallet.coins(depth: 1)
        func draft(_ outputs: [(client: Int, units: UInt64)]) throws -> PayoutDraft {
            PayoutDraft(
                coins: coins,
                outputs: try outputs.map {
                    PayoutDraft.Output(
                        address: try #require(Address(Example.addresses[$0.client], on: LedgerFixture.network)),
                        amount: Amount(units: $0.units)
                    )
                },
                change: nil
            )
        }
        let good = try draft([(0, 1_000_000), (1, 1_000_000)])
        #expect(try await wallet.objection(to: good) == nil)
        #expect(try await wallet.objection(to: try draft([(0, 100)])) == "dust")
        let twice = try #require(try await wallet.objection(to: try draft([(0, 10_000), (0, 20_000)])))
        #expect(twice.contains("duplicated address"))
        await regtest.main.kill()
        await #expect(throws: NodeError.self) { try await wallet.objection(to: good) }
    }
}
