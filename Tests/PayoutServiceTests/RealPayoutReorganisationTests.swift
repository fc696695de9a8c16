import ChainAdapter
import Hashing
import JSON
import Ledger
import Messages
import TestSupport
import Testing

@testable import PayoutService

/// Two real nodes are cut apart, and what one of them has settled is not on the longer chain of the other.
@Suite struct RealPayoutReorganisationTests {
    private static func state(_ fixture: LedgerFixture) async throws -> [String] {
        try await fixture.statement(0).payouts.map(\.state)
    }

    private static func findings(_ fixture: LedgerFixture) async throws -> [LedgerCheck] {
        var audit = try await LedgerAudit.run(fixture.pool, .books)
        try await fixture.paid.check(&audit, .books)
        #expect(audit.unchecked.isEmpty)
        return audit.findings.map(\.check)
    }

    /// Pays, and settles, on a chain that the other node does not know.
    private static func settleApart(_ regtest: RegtestNode, _ fixture: LedgerFixture) async throws {
        try await fixture.earn([(0, 2), (1, 1)], block: 1, reward: 1_000_000_000)
        try await regtest.cut()
        try await fixture.pay()
        try await regtest.generate(6)
        try await fixture.pay()
        #expect(try await Self.state(fixture) == ["confirmed"])
        #expect(try await Self.findings(fixture) == [])
    }

    @Test func aSettledPayoutThatLeavesTheChainIsPaidOnceInTheEnd() async throws {
        let regtest = try await RegtestNode.start(blocks: 101)
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest))
        try await Self.settleApart(regtest, fixture)
        try await regtest.peer.generate(8, to: try await regtest.newAddress())
        try await regtest.join()
        #expect(try await Self.findings(fixture) == [.payoutNotOnChain])
        try await fixture.pay()
        #expect(try await Self.state(fixture) == ["broadcast"])
        #expect(try await fixture.sums()[.reserved] == 990_000_000)
        #expect(try await Self.findings(fixture) == [])
        try await regtest.generate(6)
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await Self.state(fixture) == ["confirmed"])
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<2)
        #expect(try await fixture.sums()[.paid] == 990_000_000)
        try await fixture.expectSoundBooks()
    }

    @Test func aCoinThatIsSpentOtherwiseInTheNewChainIsGivenBackOnProof() async throws {
        // One mature coin only: the payout's.
        let regtest = try await RegtestNode.start(blocks: 101)
        let wallet = InterruptedWallet(regtest)
        let fixture = try await LedgerFixture(paying: wallet)
        let coin = try #require(try await wallet.coins(depth: 1).first).reference
        let rest = try #require(JSONNumber("49.9"))
        let raw = try await regtest.rpc(
            "createrawtransaction",
            [["txid": .string(coin.transaction.displayHex), "vout": JSON(coin.output)]],
            [[try await regtest.newAddress(): .number(rest)]]
        )
        let rival = try #require(try await regtest.rpc("signrawtransactionwithwallet", raw)["hex"])
        try await Self.settleApart(regtest, fixture)
        try await regtest.peer.rpc("sendrawtransaction", [rival, 0])
        try await regtest.peer.generate(8, to: try await regtest.newAddress())
        try await regtest.join()
        try await fixture.pay()
        #expect(try await Self.state(fixture) == ["conflicted"])
        try await fixture.expectSoundBooks("conflicted")
        try await fixture.operations.cancel(1)
        try await fixture.pay()
        try await regtest.generate(6)
        try await fixture.pay()
        #expect(try await Self.state(fixture) == ["confirmed", "cancelled"])
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<2)
        try await fixture.expectSoundBooks()
    }
}
