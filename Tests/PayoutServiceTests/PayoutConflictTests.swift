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

/// Another transaction spends a payout's coins: only proof gives the money back.
@Suite struct PayoutConflictTests {
    private struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let strangerConfirmations: Int64?
        let paysTheMiner: Bool
        var ownFate = TransactionFate.conflicted(depth: 6)
        /// Words of the refusal; `nil` when it is cancelled.
        let refusal: String?
    }

    private static let cases = [
        Case(testDescription: "proven", strangerConfirmations: 6, paysTheMiner: false, refusal: nil),
        Case(testDescription: "too shallow", strangerConfirmations: 5, paysTheMiner: false, refusal: "5 deep"),
        Case(
            testDescription: "still waiting",
            strangerConfirmations: 0,
            paysTheMiner: false,
            refusal: "knows no other"
        ),
        Case(
            testDescription: "it pays the miner",
            strangerConfirmations: 6,
            paysTheMiner: true,
            refusal: "pays an address"
        ),
        Case(
            testDescription: "nobody knows it",
            strangerConfirmations: nil,
            paysTheMiner: false,
            refusal: "knows no other"
        ),
        Case(
            testDescription: "the payout is on the chain after all",
            strangerConfirmations: 6,
            paysTheMiner: false,
            ownFate: .buried(depth: 1),
            refusal: "its own and on the chain"
        ),
    ]

    @Test(arguments: cases)
    private func onlyProofGivesTheMoneyBack(_ test: Case) async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { state in
            for key in state.fates.keys { state.fates[key] = .conflicted(depth: 6) }
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["conflicted"])
        for _ in 0..<3 { try await fixture.pay() }
        #expect(fixture.wallet.state.withLock(\.signedCount) == 1, "never paid again by itself")
        let (key, draft) = try #require(fixture.wallet.state.withLock { $0.drafts.first })
        fixture.wallet.state.withLock { state in
            state.fates[key] = test.ownFate
            guard let confirmations = test.strangerConfirmations else { return }
            let payee = test.paysTheMiner ? draft.outputs[0].address.scriptPublicKey : [0x51]
            state.strangers = [
                CoinSpender(
                    transaction: Example.hash(77),
                    confirmations: confirmations,
                    inputs: [draft.coins[0].reference],
                    outputs: [TransactionOutput(amount: Amount(units: 5), scriptPublicKey: payee)],
                    bytes: [7],
                    virtualSize: 100
                )
            ]
        }
        if let words = test.refusal {
            await #expect {
                try await fixture.operations.cancel(1)
            } throws: { error in
                guard case PayoutRefusal.conflictUnproven(let why) = error else { return false }
                return why.contains(words)
            }
            #expect(try await fixture.sums()[.reserved] == 990_000)
        } else {
            try await fixture.operations.cancel(1)
            #expect(try await fixture.sums()[.reserved] == 0)
            #expect(try await fixture.statement(0).confirmed == 990_000)
            try await fixture.pay()
            #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "cancelled"])
        }
        try await fixture.expectSoundBooks()
    }

    /// A wallet that has sent much looks through all of it.
    @Test func whoSpentTheCoinsIsSearchedForOnceInARun() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        for run in 1...PayoutAttempt.refusalCountMax + 2 {
            fixture.wallet.state.withLock { $0.searchCount = 0 }
            fixture.wallet.fail(.sendRefused)
            try await fixture.pay()
            #expect(fixture.wallet.state.withLock(\.searchCount) == 1, "run \(run)")
        }
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["stuck"])
    }

    @Test func aSearchThatFailsIsToldAndTakesNothingForGranted() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        for run in 1...PayoutAttempt.refusalCountMax + 1 {
            fixture.wallet.fail(.sendRefused, .spendersUnknown)
            try await fixture.pay()
            let reason = try await fixture.pool.execute("SELECT reason FROM payouts")[0].text(0)
            #expect(
                reason == "mempool full; who spends its coins is not known: refused: it has sent too many (code -4)",
                "run \(run)"
            )
        }
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["stuck"])
        try await fixture.pay()
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["confirmed"])
        try await fixture.expectSoundBooks()
    }

    /// Never in a memory pool, so that the wallet knows nothing of it: only whoever spent its coins tells.
    @Test func aPayoutThatNeverArrivedIsConflictedOnceItsCoinsAreGone() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.sendNeverArrives)
        try await fixture.pay()
        let draft = try #require(fixture.wallet.state.withLock { $0.drafts.values.first })
        func spend(depth: Int64) {
            fixture.wallet.state.withLock {
                $0.strangers = [
                    CoinSpender(
                        transaction: Example.hash(77),
                        confirmations: depth,
                        inputs: [draft.coins[0].reference],
                        outputs: [],
                        bytes: [7],
                        virtualSize: 100
                    )
                ]
            }
        }
        spend(depth: 5)
        for _ in 0..<2 * PayoutAttempt.refusalCountMax { try await fixture.pay() }
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["signed"])
        spend(depth: 6)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["conflicted"])
        try await fixture.operations.cancel(1)
        try await fixture.expectSoundBooks()
        #expect(fixture.wallet.state.withLock(\.sent).isEmpty)
    }
}
