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

/// A settled payout's transaction leaves the chain: noticed, booked back, sent again, and settled once in the end.
@Suite struct PayoutWatchTests {
    /// What was signed first, and second.
    private static func version(_ number: Int, _ fixture: LedgerFixture) -> Hash256 {
        Hash256.sha256d(of: fixture.wallet.state.withLock { $0.signed[number - 1] })
    }

    /// One payout of 990,000, settled six deep.
    private static func settled(
        _ adjust: @escaping @Sendable (inout PayoutSettings) -> Void = { _ in }
    ) async throws -> LedgerFixture {
        let fixture = try await LedgerFixture(adjust: adjust)
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        try await Self.bury(fixture)
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["confirmed"])
        return fixture
    }

    private static func bury(_ fixture: LedgerFixture) async throws {
        fixture.wallet.state.withLock { $0.height += 6 }
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
    }

    private static func see(_ fate: TransactionFate, of number: Int = 1, _ fixture: LedgerFixture) {
        let transaction = version(number, fixture)
        fixture.wallet.state.withLock { $0.fates[transaction] = fate }
    }

    private static func transfers(_ fixture: LedgerFixture) async throws -> [String] {
        try await fixture.pool.execute(
            """
            SELECT kind || ' ' || reference, count(*) FROM transfers WHERE kind IN ('payout_settle', 'payout_reverse')
                AND debit_account_id <> 0
            GROUP BY kind, reference ORDER BY min(transfer_id)
            """
        ).map { "\(try $0.text(0)): \(try $0.integer(1, as: Int64.self))" }
    }

    @Test(arguments: PayoutSettings.FeePayer.allCases)
    func whatLeavesTheChainIsTakenBackSentAgainAndSettledOnce(payer: PayoutSettings.FeePayer) async throws {
        let fixture = try await Self.settled { $0.feePayer = payer }
        let paid = try await fixture.sums()
        for round in 1...3 {
            Self.see(.missing, fixture)
            try await fixture.pay()
            let sums = try await fixture.sums()
            #expect((sums[.paid], sums[.reserved], sums[.networkFee]) == (0, 990_000, 0), "round \(round)")
            #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
            #expect(try await fixture.statement(0).confirmed == 495_000)
            try await fixture.expectSoundBooks("taken back \(round)")
            for _ in 0..<2 { try await fixture.pay() }
            #expect(fixture.gauge("lode_payouts_taken_back_total") == Int64(round))
            Self.see(.waiting, fixture)
            try await Self.bury(fixture)
            #expect(try await fixture.sums() == paid, "round \(round)")
            try await fixture.expectSoundBooks("settled again \(round)")
        }
        fixture.wallet.state.withLock { state in
            #expect(state.signedCount == 1)
            #expect(Set(state.sent) == [state.signed[0]])
        }
        let expected =
            ["payout_settle 1: 2", "payout_reverse 1: 2"]
            + (2...3).flatMap { ["payout_settle 1/\($0): 2", "payout_reverse 1/\($0): 2"] } + ["payout_settle 1/4: 2"]
        #expect(try await Self.transfers(fixture) == expected)
    }

    @Test func whatIsBackInTheMemoryPoolIsNotSentAgain() async throws {
        let fixture = try await Self.settled()
        Self.see(.waiting, fixture)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        #expect(fixture.wallet.state.withLock(\.sent.count) == 1)
        try await Self.bury(fixture)
        #expect(try await fixture.statement(0).paid == 495_000)
        try await fixture.expectSoundBooks()
    }

    /// It has waited for long since it was signed, but not since it was sent again.
    @Test func aFeeIsRaisedOnlyOnceItHasWaitedAgain() async throws {
        let fixture = try await Self.settled { $0.feePolicy = FeePolicy(raiseAfterBlocks: 3) }
        Self.see(.waiting, fixture)
        for _ in 0..<2 { try await fixture.pay() }
        #expect(fixture.wallet.state.withLock(\.signedCount) == 1)
        fixture.wallet.state.withLock { $0.height += 3 }
        try await fixture.pay()
        #expect(fixture.wallet.state.withLock(\.signedCount) == 2)
        try await Self.bury(fixture)
        #expect(try await fixture.sums()[.paid] == 990_000)
        try await fixture.expectSoundBooks()
    }

    /// The chain has another version of it than it was settled by: that one's fee counts.
    @Test func anotherVersionThatIsMinedInsteadSettlesIt() async throws {
        let fixture = try await LedgerFixture { $0.feePolicy = FeePolicy(raiseAfterBlocks: 1) }
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { $0.height += 1 }
        try await fixture.pay()
        let (first, second) = (Self.version(1, fixture), Self.version(2, fixture))
        try await Self.bury(fixture)
        let before = try #require(try await fixture.sums()[.networkFee])
        fixture.wallet.state.withLock { $0.fates = [second: .missing, first: .buried(depth: 5)] }
        try await fixture.pay()
        #expect(try await fixture.sums()[.paid] == 0)
        try await fixture.expectSoundBooks("taken back")
        Self.see(.buried(depth: 6), fixture)
        try await fixture.pay()
        let sums = try await fixture.sums()
        #expect(sums[.paid] == 990_000)
        #expect(try #require(sums[.networkFee]) < before)
        try await fixture.expectSoundBooks("settled by the other")
    }

    /// The block that paid for it is gone as well: the miner owes nothing in the end, and is paid nothing.
    @Test func aConflictAfterwardsGivesTheMoneyBackOnProofAndDebtsAreRecovered() async throws {
        let fixture = try await Self.settled()
        let coin = try #require(fixture.wallet.state.withLock { $0.drafts.values.first?.coins.first })
        _ = try await fixture.calls.recordBlock(Example.block(1, .orphaned, reward: 1_000_000))
        #expect(try await fixture.sums()[.debt] == -990_000)
        Self.see(.conflicted(depth: 6), fixture)
        fixture.wallet.state.withLock {
            $0.strangers = [
                CoinSpender(
                    transaction: Example.hash(77),
                    confirmations: 6,
                    inputs: [coin.reference],
                    outputs: [],
                    bytes: [7],
                    virtualSize: 100
                )
            ]
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["conflicted"])
        try await fixture.expectSoundBooks("conflicted")
        try await fixture.operations.cancel(1)
        let sums = try await fixture.sums()
        #expect((sums[.debt], sums[.reserved], sums[.confirmed], sums[.paid]) == (0, 0, 0, 0))
        try await fixture.expectSoundBooks("cancelled")
        try await fixture.pay()
        #expect(fixture.wallet.state.withLock(\.signedCount) == 1)
    }

    /// The second one spends the first one's change: in the place of the first there must be no other version, which has
    /// another change.
    private static func stacked(
        change: UInt64 = 500_000_000,
        besides others: [PayoutCoin] = []
    ) async throws -> (fixture: LedgerFixture, first: Hash256, second: Hash256) {
        let fixture = try await Self.settled { $0.feePolicy = FeePolicy(raiseAfterBlocks: 1) }
        let first = Self.version(1, fixture)
        fixture.wallet.state.withLock { state in
            state.coins =
                [
                    PayoutCoin(
                        reference: CoinReference(transaction: first, output: 2),
                        amount: Amount(units: change),
                        scriptPublicKey: [0x00, 0x14] + [UInt8](repeating: 7, count: 20)
                    )
                ] + others
        }
        try await fixture.earn([(0, 1)], block: 2, reward: 1_000_000)
        try await fixture.pay()
        return (fixture, first, Self.version(2, fixture))
    }

    @Test func aPayoutWhoseChangeIsAnothersCoinIsNotReplaced() async throws {
        let (fixture, first, second) = try await Self.stacked()
        fixture.wallet.state.withLock { $0.fates = [first: .waiting, second: .missing] }
        for _ in 0..<2 {
            try await fixture.pay()
            fixture.wallet.state.withLock { $0.height += 2 }
        }
        #expect(fixture.wallet.state.withLock(\.signedCount) == 2)
        let row = try await fixture.pool.execute("SELECT state, reason FROM payouts WHERE payout_id = 1")[0]
        #expect((try row.text(0), try row.text(1)) == ("stuck", "its change is spent by another payout already"))
        Self.see(.buried(depth: 6), fixture)
        Self.see(.buried(depth: 6), of: 2, fixture)
        try await fixture.pay()
        #expect(try await fixture.sums()[.reserved] == 0)
        try await fixture.expectSoundBooks()
    }

    @Test func aCoinThatWillNeverBeIsProofEnough() async throws {
        let (fixture, first, second) = try await Self.stacked()
        for (depth, isProof) in [(5, false), (6, true)] as [(UInt32, Bool)] {
            fixture.wallet.state.withLock {
                $0.fates = [first: .conflicted(depth: depth), second: .conflicted(depth: 6)]
            }
            try await fixture.pay()
            #expect(try await fixture.statement(0).payouts.map(\.state).first == "conflicted")
            if isProof {
                try await fixture.operations.cancel(2)
            } else {
                await #expect(throws: PayoutRefusal.self) { try await fixture.operations.cancel(2) }
            }
            try await fixture.expectSoundBooks("\(depth)")
        }
        let row = try await fixture.pool.execute("SELECT state, reason FROM payouts WHERE payout_id = 2")[0]
        #expect(try row.text(0) == "cancelled")
        #expect(try row.text(1).contains("\(first), which one of its coins comes from, was overtaken"))
    }

    /// It can never be mined, and somebody has paid the miners by hand from the coin that is left.
    @Test func aCoinThatWillNeverBeIsNoProofOnceTheOtherHasPaidTheMiners() async throws {
        let other = ScriptedWallet.coin(60, units: 600_000)
        let (fixture, first, second) = try await Self.stacked(change: 600_000, besides: [other])
        let draft = try #require(fixture.wallet.state.withLock { $0.drafts[second] })
        #expect(draft.coins.count == 2)
        fixture.wallet.state.withLock {
            $0.fates = [first: .conflicted(depth: 6), second: .conflicted(depth: 6)]
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state).first == "conflicted")
        func spend(paying script: [UInt8]) {
            fixture.wallet.state.withLock {
                $0.strangers = [
                    CoinSpender(
                        transaction: Example.hash(77),
                        confirmations: 1,
                        inputs: [other.reference],
                        outputs: [TransactionOutput(amount: draft.outputs[0].amount, scriptPublicKey: script)],
                        bytes: [7],
                        virtualSize: 100
                    )
                ]
            }
        }
        spend(paying: draft.outputs[0].address.scriptPublicKey)
        await #expect {
            try await fixture.operations.cancel(2)
        } throws: { error in
            guard case PayoutRefusal.conflictUnproven(let why) = error else { return false }
            return why.contains("pays an address")
        }
        try await fixture.expectSoundBooks("paid by hand")
        // Had it gone elsewhere, the money would be given back, however young that is.
        spend(paying: [0x51])
        try await fixture.operations.cancel(2)
        try await fixture.expectSoundBooks("given back")
    }

    /// A version that was mined and settled is what others may stand on: not the newer one is sent again.
    @Test func whatWasSettledIsSentAgainAndNotANewerVersion() async throws {
        let fixture = try await LedgerFixture { $0.feePolicy = FeePolicy(raiseAfterBlocks: 1) }
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { $0.height += 1 }
        try await fixture.pay()
        #expect(fixture.wallet.state.withLock(\.signedCount) == 2)
        let first = Self.version(1, fixture)
        fixture.wallet.state.withLock { $0.fates = [first: .buried(depth: 6)] }
        fixture.wallet.state.withLock { $0.height += 6 }
        try await fixture.pay()
        fixture.wallet.state.withLock { state in
            state.fates = [first: .missing]
            state.sent = []
        }
        try await fixture.pay()
        fixture.wallet.state.withLock { #expect($0.sent == [$0.signed[0]]) }
        try await fixture.expectSoundBooks()
    }

    private struct Silence: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (inout ScriptedWallet.State) -> Void
    }

    private static let silences = [
        Silence(testDescription: "in a younger block of the chain") { $0.fates[$0.first] = .buried(depth: 1) },
        Silence(testDescription: "deep in the chain, past the list") { $0.fates[$0.first] = .buried(depth: 100_000) },
        Silence(testDescription: "a wallet that does not know it") { $0.fates = [:] },
        Silence(testDescription: "a node that reads its chain anew") {
            $0.fates[$0.first] = .missing
            $0.height = 1_003
        },
        Silence(testDescription: "a node that is away") {
            $0.fates[$0.first] = .missing
            $0.faults = [.fateUnknown]
        },
    ]

    @Test(arguments: silences)
    private func nothingIsTakenBackWithoutProof(_ silence: Silence) async throws {
        let fixture = try await Self.settled()
        fixture.wallet.state.withLock { silence.change(&$0) }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["confirmed"])
        #expect(try await fixture.sums()[.paid] == 990_000)
        #expect(fixture.wallet.state.withLock(\.sent.count) == 1)
        try await fixture.expectSoundBooks()
    }

    @Test func whatIsDeepEnoughIsWatchedNoMoreAndNamedByTheAudit() async throws {
        let fixture = try await Self.settled()
        let first = Self.version(1, fixture)
        #expect(fixture.settings.watchDepth == 200)
        for (depth, isWatched) in [(199, true), (200, false)] as [(UInt32, Bool)] {
            fixture.wallet.bury(depth: depth)
            for _ in 0..<2 { try await fixture.pay() }
            #expect(fixture.gauge("lode_payouts_watched") == (isWatched ? 1 : 0), "\(depth)")
        }
        Self.see(.missing, fixture)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["confirmed"])
        var audit = try await LedgerAudit.run(fixture.pool)
        try await fixture.paid.check(&audit, .books)
        #expect(audit.findings.isEmpty)
        try await fixture.paid.check(&audit, .everything)
        #expect(audit.findings.map(\.check) == [.payoutNotOnChain])
        #expect(audit.findings.map(\.rows) == [["payout 1: \(first) is known to no node"]])
    }

    @Test func theAuditNamesWhatIsNotOnTheChainUntilItIsTakenBack() async throws {
        let fixture = try await Self.settled()
        let first = Self.version(1, fixture)
        for (fate, words) in [
            (.waiting, "waits"), (.conflicted(depth: 3), "was overtaken by another one, 3 blocks deep"),
            (.buried(depth: 6), nil),
        ] as [(TransactionFate, String?)] {
            Self.see(fate, fixture)
            for scope in [LedgerAudit.Scope.books, .everything] {
                var audit = try await LedgerAudit.run(fixture.pool, scope)
                try await fixture.paid.check(&audit, scope)
                #expect(audit.checked.contains(.payoutNotOnChain))
                #expect(audit.findings.flatMap(\.rows) == (words.map { ["payout 1: \(first) \($0)"] } ?? []))
            }
        }
        Self.see(.waiting, fixture)
        try await fixture.pay()
        var audit = try await LedgerAudit.run(fixture.pool)
        try await fixture.paid.check(&audit, .everything)
        #expect(audit.findings.isEmpty)
        Self.see(.buried(depth: 6), fixture)
        try await fixture.pay()
        Self.see(.missing, fixture)
        fixture.wallet.fail(.fateUnknown)
        audit = try await LedgerAudit.run(fixture.pool)
        try await fixture.paid.check(&audit, .everything)
        #expect(audit.unchecked.keys.map(\.self) == [.payoutNotOnChain])
        #expect(audit.findings.isEmpty)
    }

    /// Somebody has made the pool a new wallet: of what the old one paid it has never heard.
    @Test(arguments: [LedgerAudit.Scope.books, .everything])
    func whatAnotherWalletPaidIsNotCheckedAndNoWrong(scope: LedgerAudit.Scope) async throws {
        let fixture = try await LedgerFixture { $0.outputCountMax = 1 }
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        try await Self.bury(fixture)
        let (first, second) = (Self.version(1, fixture), Self.version(2, fixture))
        fixture.wallet.state.withLock { $0.fates = [:] }
        var audit = try await LedgerAudit.run(fixture.pool, .books)
        try await fixture.paid.check(&audit, scope)
        #expect(audit.findings.isEmpty)
        #expect(audit.unchecked == [.payoutNotOnChain: "2 are unknown to this wallet"])
        // What it knows is looked at all the same.
        fixture.wallet.state.withLock { $0.fates = [second: .missing] }
        audit = try await LedgerAudit.run(fixture.pool, .books)
        try await fixture.paid.check(&audit, scope)
        #expect(audit.findings.map(\.rows) == [["payout 2: \(second) is known to no node"]])
        #expect(audit.unchecked == [.payoutNotOnChain: "1 are unknown to this wallet"])
        #expect(first != second)
    }

    /// The one that is asked for first gives no answer: it is behind the other from then on, and hides nothing of it.
    @Test func aTransactionThatCannotBeAskedForHoldsUpNoOther() async throws {
        let fixture = try await LedgerFixture { $0.outputCountMax = 1 }
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        try await Self.bury(fixture)
        func states() async throws -> [String] {
            try await fixture.pool.execute("SELECT state FROM payouts ORDER BY payout_id").map { try $0.text(0) }
        }
        #expect(try await states() == ["confirmed", "confirmed"])
        for number in 1...2 { Self.see(.waiting, of: number, fixture) }
        let silent = Self.version(2, fixture)
        fixture.wallet.state.withLock { $0.unaskable = [silent] }
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await states() == ["broadcast", "confirmed"])
        fixture.wallet.state.withLock { $0.unaskable = [] }
        try await fixture.pay()
        #expect(try await states() == ["broadcast", "broadcast"])
        try await fixture.expectSoundBooks()
    }

    /// Without the wallet's list each is asked for by itself, so many in a run, and all come in turn.
    @Test func noMoreThanAHundredAreAskedForByThemselvesInOneRun() async throws {
        let count = PayoutWatch.askedCountMax + 20
        let fixture = try await LedgerFixture { $0.outputCountMax = 1 }
        fixture.wallet.state.withLock { $0.coins = (0..<count).map { ScriptedWallet.coin($0) } }
        try await fixture.earn((0..<count).map { ($0, 1) }, block: 1, reward: 200_000 * UInt64(count))
        try await fixture.pay()
        try await Self.bury(fixture)
        #expect(try await fixture.sums()[.reserved] == 0)
        fixture.wallet.state.withLock { state in
            for key in state.fates.keys { state.fates[key] = .waiting }
        }
        for open in [PayoutWatch.askedCountMax, count] {
            fixture.wallet.fail(.listTooLong)
            try await fixture.pay()
            let rows = try await fixture.pool.execute("SELECT count(*) FROM payouts WHERE state = 'broadcast'")
            #expect(try rows[0].integer(0) == open)
        }
        try await fixture.expectSoundBooks()
    }
}

extension ScriptedWallet.State {
    /// What was signed first.
    fileprivate var first: Hash256 { Hash256.sha256d(of: signed[0]) }
}
