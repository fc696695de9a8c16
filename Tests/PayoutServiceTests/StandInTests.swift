import BlockFormat
import ChainAdapter
import Hashing
import JSON
import Ledger
import Messages
import MiningDomain
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Payouts that another transaction paid than was sent, and conflicts that end.
@Suite struct StandInTests {
    private struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var lessCoins = 0
        var moreOutputs = 0
        var lessForMiners: UInt64 = 0
        var confirmations: Int64 = 6
        let isTaken: Bool
    }

    private static let cases = [
        Case(testDescription: "the same", isTaken: true),
        Case(testDescription: "not mined yet", confirmations: 0, isTaken: false),
        Case(testDescription: "fewer coins", lessCoins: 1, isTaken: false),
        Case(testDescription: "less for a miner", lessForMiners: 1, isTaken: false),
        Case(testDescription: "somebody else is paid as well", moreOutputs: 1, isTaken: false),
    ]

    @Test(arguments: cases)
    private func onlyWhatPaysTheSameMinersFromTheSameCoinsStandsIn(_ test: Case) async throws {
        let fixture = try await LedgerFixture()
        fixture.wallet.state.withLock { $0.coins = (0..<2).map { ScriptedWallet.coin($0, units: 600_000) } }
        try await fixture.earn([(0, 2), (1, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        let (key, draft) = try #require(fixture.wallet.state.withLock { $0.drafts.first })
        let other = fixture.wallet.state.withLock { state in
            var outputs = draft.outputs.map {
                TransactionOutput(amount: $0.amount, scriptPublicKey: $0.address.scriptPublicKey)
            }
            outputs[0] = TransactionOutput(
                amount: Amount(units: outputs[0].amount.units - test.lessForMiners),
                scriptPublicKey: outputs[0].scriptPublicKey
            )
            // The change, of which a person has given a thousand to the network.
            outputs.append(TransactionOutput(amount: Amount(units: 209_000), scriptPublicKey: [0x51]))
            for _ in 0..<test.moreOutputs {
                outputs.append(TransactionOutput(amount: Amount(units: 1), scriptPublicKey: [0x52]))
            }
            let inputs = Array(draft.coins.dropFirst(test.lessCoins).map(\.reference).reversed())
            let bytes = ScriptedWallet.bytes(spending: inputs, paying: outputs, number: 77)
            let other = Hash256.sha256d(of: bytes)
            state.strangers = [
                CoinSpender(
                    transaction: other,
                    confirmations: test.confirmations,
                    inputs: inputs,
                    outputs: outputs,
                    bytes: bytes,
                    virtualSize: 200
                )
            ]
            state.fates[key] = .conflicted(depth: 6)
            state.fates[other] = .buried(depth: 6)
            return other
        }
        for _ in 0..<2 { try await fixture.pay() }
        let payout = try await fixture.statement(0).payouts[0]
        #expect(payout.state == (test.isTaken ? "confirmed" : "conflicted"))
        let sums = try await fixture.sums()
        #expect(sums[.paid] == (test.isTaken ? 990_000 : 0))
        if test.isTaken {
            #expect(payout.txid == other.displayHex)
            #expect(sums[.networkFee] == 1_000)
        }
        #expect(fixture.wallet.state.withLock(\.signedCount) == 1)
        try await fixture.expectSoundBooks()
    }

    @Test func aConflictThatWasReorganisedAwayIsTriedAgainWithTheSameBytes() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        let key = try #require(fixture.wallet.state.withLock { $0.fates.keys.first })
        fixture.wallet.state.withLock { $0.fates[key] = .conflicted(depth: 6) }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["conflicted"])
        // Still there: it is conflicted again.
        try await fixture.operations.retry(1)
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["conflicted"])
        fixture.wallet.state.withLock { $0.fates[key] = nil }
        try await fixture.operations.retry(1)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        fixture.wallet.state.withLock { state in
            #expect(Set(state.sent) == [state.signed[0]])
            #expect(state.signedCount == 1)
        }
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        #expect(try await fixture.sums()[.paid] == 990_000)
        try await fixture.expectSoundBooks()
    }

    /// As `bumpfee` does it.
    @Test func whatAPersonReplacedOnARealNodeIsSettled() async throws {
        let regtest = try await RegtestNode.start(blocks: 101, extraArguments: ["-mempoolreplacement=1"])
        let fixture = try await LedgerFixture(paying: InterruptedWallet(regtest))
        try await fixture.earn([(0, 2), (1, 1)], block: 1, reward: 1_000_000_000)
        try await fixture.pay()
        let txid = try await fixture.statement(0).payouts[0].txid
        let decoded = try await regtest.rpc("getrawtransaction", .string(txid), true)
        let inputs: [JSON] = (decoded["vin"]?.array ?? []).map {
            ["txid": $0["txid"] ?? .null, "vout": $0["vout"] ?? .null]
        }
        let miners = Set(Example.addresses[0..<2])
        var outputs: [JSON] = []
        for output in decoded["vout"]?.array ?? [] {
            let address = try #require(output["scriptPubKey"]?["addresses"]?.array?.first?.string)
            var entry = JSONObject()
            // The change becomes smaller.
            let rest = try #require(JSONNumber("40.09000000"))
            entry[address] = miners.contains(address) ? output["value"] : .number(rest)
            outputs.append(.object(entry))
        }
        let raw = try await regtest.rpc("createrawtransaction", .array(inputs), .array(outputs), 0, true)
        let signed = try await regtest.rpc("signrawtransactionwithwallet", raw)
        let other = try await regtest.rpc("sendrawtransaction", try #require(signed["hex"]), 0)
        try await regtest.generate(1)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await regtest.generate(5)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["confirmed"])
        #expect(try await fixture.statement(0).payouts.map(\.txid) == [other.string])
        try await RealPayoutTests.expectChainAgrees(regtest, fixture, accounts: 0..<2)
        #expect(try await fixture.sums()[.networkFee] == 1_000_000)
        try await fixture.expectSoundBooks()
    }
}
