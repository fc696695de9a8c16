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

/// Who pays the network, and how a payout that waits is offered for more.
@Suite struct PayoutFeeTests {
    @Test func minersBearTheFeeInProportion() async throws {
        let fixture = try await LedgerFixture { $0.feePayer = .miners }
        try await fixture.earn([(0, 3), (1, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        // 11 bytes around, 2 outputs and the change of 31 each, one input of 68.
        let fee: UInt64 = 172
        let draft = try #require(fixture.wallet.state.withLock { $0.drafts.values.first })
        #expect(draft.fee?.units == fee)
        #expect(draft.outputs.map(\.amount.units).sorted() == [247_500 - 43, 742_500 - 129])
        #expect(try await fixture.statement(0).payouts.map(\.amount) == [742_500 - 129])
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        let sums = try await fixture.sums()
        #expect(sums[.networkFee] == 172)
        #expect(sums[.fee] == 10_000)
        #expect(sums[.paid] == 989_828)
        #expect(sums[.reserved] == 0)
        let kinds = try await fixture.pool.execute(
            "SELECT kind, sum(amount)::bigint FROM transfers WHERE kind LIKE 'payout%' GROUP BY kind ORDER BY kind"
        )
        #expect(try kinds.map { try $0.text(0) } == ["payout_fee", "payout_reserve", "payout_settle"])
        #expect(try kinds.map { try $0.integer(1, as: Int64.self) } == [172, 990_000, 990_000 - 172])
        try await fixture.expectSoundBooks()
    }

    @Test func aFeeOverATenthWaitsForCheaperTimes() async throws {
        let fixture = try await LedgerFixture { $0.feePayer = .miners }
        try await fixture.earn([(0, 1)], block: 1, reward: 200_000)
        fixture.wallet.state.withLock {
            $0.fees = NetworkFees(
                estimate: NetworkFeeRate(units: 400_000),
                minimum: NetworkFeeRate(units: 1_000),
                increment: NetworkFeeRate(units: 1_000)
            )
        }
        try await fixture.pay()
        #expect(fixture.wallet.state.withLock(\.signedCount) == 0)
        #expect(fixture.gauge("lode_payouts_waiting{for=\"fee\"}") == 1)
        fixture.wallet.state.withLock {
            $0.fees = NetworkFees(
                estimate: nil,
                minimum: NetworkFeeRate(units: 1_000),
                increment: NetworkFeeRate(units: 1_000)
            )
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await fixture.expectSoundBooks()
    }

    private static let minedVersions = [0, 1, 2]

    @Test(arguments: minedVersions)
    func whicheverVersionIsMinedSettlesOnceWithItsOwnFee(mined: Int) async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        for _ in 0..<2 {
            fixture.wallet.state.withLock { $0.height += 5 }
            try await fixture.pay()
            fixture.wallet.state.withLock { $0.height += 1 }
            try await fixture.pay()
            try await fixture.expectSoundBooks("raised")
        }
        let versions = try await Self.versions(fixture)
        #expect(versions.map(\.fee) == [141, 282, 423])
        let drafts = fixture.wallet.state.withLock(\.drafts)
        #expect(Set(drafts.values.map(\.coins)).count == 1, "all spend the same coins")
        #expect(Set(drafts.values.map(\.outputs)).count == 1, "all pay the same outputs")
        fixture.wallet.state.withLock { state in
            state.fates = [:]
            for (place, version) in versions.enumerated() {
                state.fates[version.identifier] = place == mined ? .buried(depth: 6) : .conflicted(depth: 6)
            }
        }
        for _ in 0..<3 { try await fixture.pay() }
        let sums = try await fixture.sums()
        #expect((sums[.paid], sums[.networkFee]) == (990_000, versions[mined].fee))
        #expect(try await fixture.statement(0).payouts.map(\.txid) == [versions[mined].identifier.displayHex])
        #expect(fixture.wallet.state.withLock(\.signedCount) == 3)
        try await fixture.expectSoundBooks("settled")
    }

    /// A node asks for its own rate on all bytes of the replacement, which may have longer signatures.
    @Test func aReplacementPaysForTheLongestSignatures() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.state.withLock { $0.signatureSaving = 1 }
        try await fixture.pay()
        fixture.wallet.state.withLock {
            $0.signatureSaving = 0
            $0.height += 6
        }
        try await fixture.pay()
        #expect(try await Self.versions(fixture).map(\.fee) == [141, 282])
    }

    @Test func aVersionThatWasStoredAndNotSentIsSentLater() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { $0.height += 6 }
        fixture.wallet.fail(.sendNeverArrives)
        try await fixture.pay()
        let versions = try await Self.versions(fixture)
        #expect(versions.count == 2)
        #expect(fixture.wallet.state.withLock { $0.fates[versions[0].identifier] } == .waiting)
        try await fixture.successor().pay()
        #expect(fixture.wallet.state.withLock { $0.fates[versions[1].identifier] } == .waiting)
        #expect(fixture.wallet.state.withLock(\.fates.count) == 1)
        #expect(fixture.wallet.state.withLock(\.signedCount) == 2)
        try await fixture.expectSoundBooks()
    }

    @Test func aNodeThatCannotBeAskedForItsConsentHasNotGivenIt() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { $0.height += 6 }
        for _ in 0..<3 {
            fixture.wallet.fail(.refusalUnknown)
            try await fixture.pay()
        }
        #expect(try await Self.versions(fixture).count == 1)
        #expect(fixture.gauge("lode_payout_fee_raises_failed_total") == 3)
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await fixture.pay()
        #expect(try await Self.versions(fixture).count == 2)
        try await fixture.expectSoundBooks()
    }

    @Test func aReplacementThatIsNotStoredIsNeverSent() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { $0.height += 6 }
        fixture.wallet.fail(.signLosesAnswer)
        try await fixture.pay()
        #expect(try await Self.versions(fixture).count == 1)
        fixture.wallet.fail(.signsAnotherPayout)
        try await fixture.pay()
        #expect(try await Self.versions(fixture).count == 1)
        #expect(fixture.wallet.state.withLock { Set($0.sent) == [$0.signed[0]] })
        try await fixture.pay()
        #expect(try await Self.versions(fixture).count == 2)
        try await fixture.expectSoundBooks()
    }

    @Test func whatMemoryPoolsDropBecauseTheyAskMoreIsOfferedMoreAtOnce() async throws {
        for fault in [nil, ScriptedWallet.Fault.sendNeverArrives] {
            let fixture = try await LedgerFixture()
            try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
            if let fault { fixture.wallet.fail(fault) }
            try await fixture.pay()
            fixture.wallet.state.withLock { state in
                state.fates = [:]
                state.fees = NetworkFees(
                    estimate: nil,
                    minimum: NetworkFeeRate(units: 5_000),
                    increment: NetworkFeeRate(units: 1_000)
                )
            }
            for _ in 0..<2 { try await fixture.pay() }
            #expect(try await Self.versions(fixture).map(\.fee) == [141, 705])
            #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
            fixture.wallet.bury(depth: 6)
            try await fixture.pay()
            #expect(try await fixture.sums()[.networkFee] == 705)
            try await fixture.expectSoundBooks()
        }
    }

    @Test func whatIsRefusedForOtherReasonsWaitsAsLongAsAny() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { $0.fates = [:] }
        for height in [5, 1] as [UInt32] {
            #expect(try await Self.versions(fixture).count == 1)
            fixture.wallet.state.withLock { $0.height += height }
            fixture.wallet.fail(.sendRefused)
            try await fixture.pay()
        }
        #expect(try await Self.versions(fixture).count == 2)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await fixture.expectSoundBooks()
    }

    @Test func atTheCeilingAPayoutIsStuckAndStillFollowed() async throws {
        let fixture = try await LedgerFixture {
            $0.feePolicy = FeePolicy(ceiling: NetworkFeeRate(units: 2_500), raiseAfterBlocks: 2)
        }
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        for _ in 0..<4 {
            try await fixture.pay()
            fixture.wallet.state.withLock { $0.height += 2 }
        }
        #expect(try await Self.versions(fixture).map(\.fee) == [141, 282])
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["stuck"])
        let reason = try await fixture.pool.execute("SELECT reason FROM payouts")[0].text(0)
        #expect(reason == FeeRaise.Obstacle.ceilingReached.rawValue)
        await #expect(throws: PayoutRefusal.mayStillBePaid(state: .stuck)) { try await fixture.operations.cancel(1) }
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        #expect(try await fixture.sums()[.paid] == 990_000)
        try await fixture.expectSoundBooks()
    }

    /// Mined, or taken from elsewhere, in this very moment: nothing is wrong.
    @Test(arguments: [
        "txn-already-in-mempool", "txn-already-known", "missing-inputs", "bad-txns-inputs-missingorspent",
    ])
    func aReplacementThatWasOvertakenIsNoReasonToStop(refusal: String) async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { state in
            state.height += 6
            state.refusal = refusal
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        #expect(try await Self.versions(fixture).count == 1)
    }

    @Test func aNodeThatTakesNoReplacementLeavesAPayoutStuckWithOneVersion() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.state.withLock { state in
            state.height += 6
            state.refusal = "txn-already-known"  // mined in this very moment: nothing is wrong
        }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        fixture.wallet.state.withLock { $0.refusal = "txn-mempool-conflict" }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["stuck"])
        #expect(try await Self.versions(fixture).count == 1)
        // The operator lets the node take replacements, and has it tried again.
        fixture.wallet.state.withLock { $0.refusal = nil }
        try await fixture.operations.retry(1)
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await Self.versions(fixture).count == 2)
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        try await fixture.expectSoundBooks()
    }

    private static func versions(_ fixture: LedgerFixture) async throws -> [(identifier: Hash256, fee: Int64)] {
        try await fixture.pool.execute("SELECT txid, network_fee FROM payout_transactions ORDER BY version").map {
            (try #require(Hash256(try $0.bytes(0))), try $0.integer(1))
        }
    }
}
