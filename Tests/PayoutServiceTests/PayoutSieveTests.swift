import BlockFormat
import ChainAdapter
import Ledger
import MiningDomain
import Synchronization
import Testing

@testable import PayoutService

/// Whom a payout goes without, so that the others are paid.
@Suite struct PayoutSieveTests {
    private static func refused(_ wallet: ScriptedWallet, of clients: [Int]) async throws -> [Int] {
        let outputs = try clients.map {
            PayoutDraft.Output(
                address: try #require(Address(Example.addresses[$0], on: LedgerFixture.network)),
                amount: Amount(units: 10_000)
            )
        }
        let draft = PayoutDraft(coins: [ScriptedWallet.coin(0)], outputs: outputs, change: nil)
        let found = try await PayoutSieve(wallet: wallet).refused(
            in: draft,
            of: try clients.map { try #require(AccountName(Example.addresses[$0])) }
        )
        return found.compactMap { refused in Example.addresses.firstIndex(of: refused.account.description) }
    }

    @Test(
        arguments: [
            (count: 1, bad: []), (1, [0]), (2, [1]), (3, [0, 2]), (100, []), (100, [0]), (100, [99]),
            (100, [17, 18, 63]),
            (100, Array(1...99)),
        ] as [(count: Int, bad: [Int])]
    )
    func justThoseWhomTheNodeRefuses(count: Int, bad: [Int]) async throws {
        let wallet = ScriptedWallet()
        let objections = Dictionary(uniqueKeysWithValues: bad.map { (Example.addresses[$0], "dust") })
        wallet.state.withLock { $0.objections = objections }
        let found = try await Self.refused(wallet, of: Array(0..<count))
        #expect(found == (bad.count == count ? [] : bad), "where nobody is left, it is not about whom it pays")
        #expect(wallet.state.withLock(\.objectionCount) <= 2 * count)
    }

    @Test func ofTwoThatAreRefusedBesideEachOtherTheLaterOne() async throws {
        #expect(try await Self.refused(ScriptedWallet(), of: [4, 5, 6, 5, 7]) == [5])
    }

    @Test func aNodeThatGoesAwayAccusesNobody() async throws {
        let wallet = ScriptedWallet()
        wallet.state.withLock { $0.objections = [Example.addresses[1]: "dust"] }
        wallet.fail(.objectionUnknown)
        await #expect(throws: NodeError.self) { try await Self.refused(wallet, of: [0, 1, 2]) }
    }
}
