import BlockFormat
import Ledger
import Messages
import MiningDomain
import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

/// The pool's fee, paid to whoever runs the pool.
@Suite struct PoolFeeTests {
    private static let owner = 9
    /// 1 % of what a block of the fixture pays.
    private static let fee: Int64 = 50_000_000
    /// `FeePolicy.feeMax`.
    private static let reserve: Int64 = 10_000_000

    private static func fixture(
        _ adjust: @escaping @Sendable (inout PayoutSettings) -> Void = { _ in }
    ) async throws -> LedgerFixture {
        try await LedgerFixture {
            $0.feeAddress = Address(Example.addresses[owner], on: LedgerFixture.network)
            adjust(&$0)
        }
    }

    @Test func theFeeOfConfirmedBlocksIsPaidLikeAMinersMoney() async throws {
        let fixture = try await Self.fixture()
        try await fixture.earn([(0, 1)], block: 1)
        try await fixture.pay()
        #expect(try await fixture.sums()[.fee] == Self.reserve)
        #expect(try await fixture.statement(Self.owner).payouts.map(\.amount) == [UInt64(Self.fee - Self.reserve)])
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        #expect(try await fixture.statement(Self.owner).paid == UInt64(Self.fee - Self.reserve))
        try await fixture.expectSoundBooks()
        // What the payout cost is missing in the reserve: the next block's fee makes it up first.
        let cost = try #require(try await fixture.sums()[.networkFee])
        #expect(cost > 0)
        try await fixture.earn([(0, 1)], block: 2)
        try await fixture.pay()
        #expect(
            try await fixture.statement(Self.owner).payouts.first?.amount == UInt64(Self.fee - cost)
        )
        try await fixture.expectSoundBooks()
    }

    @Test func theFeeOfAnImmatureBlockWaits() async throws {
        let fixture = try await Self.fixture()
        try await fixture.earn([(0, 1)], block: 1)
        _ = try await fixture.calls.recordBlock(Example.block(2, .accepted, confirmations: 12))
        try await fixture.pay()
        #expect(try await fixture.sums()[.fee] == Self.fee + Self.reserve)
        #expect(try await fixture.statement(Self.owner).payouts.map(\.amount) == [UInt64(Self.fee - Self.reserve)])
        try await fixture.expectSoundBooks()
    }

    /// Whether a payout under way is signed here or waits for whoever has the keys, what it costs the pool is not given away.
    @Test(arguments: PayoutSettings.Signing.allCases, PayoutSettings.FeePayer.allCases)
    func whatPayoutsUnderWayCostThePoolIsKeptBack(
        signing: PayoutSettings.Signing,
        payer: PayoutSettings.FeePayer
    ) async throws {
        let fixture = try await Self.fixture {
            $0.signing = signing
            $0.feePayer = payer
        }
        for number in 1...2 {
            try await fixture.earn([(0, 1)], block: number)
            try await fixture.pay()
        }
        let state = signing == .wallet ? "broadcast" : "reserved"
        #expect(try await fixture.statement(0).payouts.map(\.state) == [state, state])
        let fees = try await fixture.pool.execute(
            """
            SELECT coalesce(payouts.network_fee, payout_handovers.network_fee)
            FROM payouts LEFT JOIN payout_handovers USING (payout_id) ORDER BY payout_id
            """
        ).map { try $0.integer(0, as: Int64.self) }
        #expect(fees.allSatisfy { $0 > 0 })
        let kept = payer == .pool ? fees[0] : 0
        let handed = try await fixture.pool.execute(
            "SELECT amount FROM transfers WHERE kind = 'fee_pay' ORDER BY transfer_id"
        ).map { try $0.integer(0, as: Int64.self) }
        #expect(handed == [Self.fee - Self.reserve, Self.fee - kept])
        try await fixture.expectSoundBooks()
    }

    @Test func lessThanTheThresholdWaits() async throws {
        let fixture = try await Self.fixture()
        // 1 % of it is the reserve and one unit less than a payout's threshold.
        try await fixture.earn([(0, 1)], block: 1, reward: 100 * UInt64(Self.reserve + 99_999))
        try await fixture.pay()
        #expect(try await fixture.sums()[.fee] == Self.reserve + 99_999)
        #expect(try await fixture.statement(Self.owner).payouts.isEmpty)
    }

    @Test func withoutAnAddressItStaysInTheWallet() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1)
        for _ in 0..<2 { try await fixture.pay() }
        #expect(try await fixture.sums()[.fee] == Self.fee)
    }
}
