import Ledger
import Messages
import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

/// How the schemes divide on a real database, and when one takes over from another.
@Suite struct SchemeTests {
    @Test func aRoundIsTheWorkSinceTheBlockBefore() async throws {
        let fixture = try await LedgerFixture(scheme: .proportional)
        try await Self.work([(0, 2), (1, 1)], ending: 100, fixture)
        try await Self.find(100, at: 1, fixture)
        #expect(try await Self.immature(fixture) == [660, 330, 0])
        try await Self.work([(2, 1), (1, 1)], ending: 200, fixture)
        try await Self.work([(2, 9)], ending: 299, fixture)  // after the block: of the next round
        try await Self.find(200, at: 2, fixture)
        #expect(try await Self.immature(fixture) == [660, 330 + 495, 495])
        try await Self.work([(0, 1)], ending: 300, fixture)
        try await Self.find(300, at: 3, fixture)
        #expect(try await Self.immature(fixture) == [660 + 99, 330 + 495, 495 + 891])
        try await fixture.expectSoundBooks()
    }

    @Test func theSharesOfAnOrphanBelongToTheNextRound() async throws {
        let fixture = try await LedgerFixture(scheme: .proportional)
        try await Self.work([(0, 1)], ending: 100, fixture)
        _ = try await fixture.calls.recordBlock(Example.block(100, .submitted, reward: 1_000, height: 1))
        try await Self.work([(1, 1)], ending: 200, fixture)
        _ = try await fixture.calls.recordBlock(Example.block(100, .orphaned, reward: 1_000, height: 1))
        try await Self.find(200, at: 1, fixture)
        #expect(try await Self.immature(fixture) == [495, 495, 0])
        // When it comes back it is paid for its own round, and its rival takes back what it had credited.
        _ = try await fixture.calls.recordBlock(Example.block(200, .orphaned, reward: 1_000, height: 1))
        try await Self.find(100, at: 1, fixture)
        #expect(try await Self.immature(fixture) == [990, 0, 0])
        try await fixture.expectSoundBooks()
    }

    @Test func aBlockThatIsOnTheChainEndsARoundBeforeItIsCredited() async throws {
        let fixture = try await LedgerFixture(scheme: .proportional)
        try await Self.work([(0, 1)], ending: 100, fixture)
        _ = try await fixture.calls.recordBlock(
            Example.block(100, .accepted, confirmations: 9, reward: 1_000, height: 1)
        )
        try await Self.work([(1, 1)], ending: 200, fixture)
        try await Self.find(200, at: 2, fixture)
        try await Self.find(100, at: 1, fixture)
        #expect(try await Self.immature(fixture) == [990, 990, 0])
    }

    @Test func aLoneFinderTakesAll() async throws {
        let fixture = try await LedgerFixture(scheme: .solo)
        try await Self.work([(0, 50), (1, 1)], ending: 100, fixture)
        try await Self.find(100, at: 1, finder: 1, fixture)
        #expect(try await Self.immature(fixture) == [0, 990, 0])
        #expect(try await fixture.sums()[.fee] == 10)
        try await fixture.expectSoundBooks()
    }

    /// The block that was heard of before the change keeps its terms, whenever it is credited.
    @Test func anotherSchemeTakesOverWithTheNextBlock() async throws {
        let before = try await LedgerFixture(scheme: .pplns)
        try await Self.work([(0, 1), (1, 1)], ending: 100, before)
        _ = try await before.calls.recordBlock(Example.block(100, .submitted, reward: 1_000, height: 1))
        let after = try await before.successor(scheme: .solo)
        try await Self.find(100, at: 1, after)
        #expect(try await Self.immature(after) == [495, 495, 0])
        try await Self.work([(0, 1)], ending: 200, after)
        try await Self.find(200, at: 2, finder: 2, after)
        #expect(try await Self.immature(after) == [495, 495, 990])
        // A replica that still runs with the old setting changes nothing of it.
        _ = try await before.calls.recordBlock(Example.block(200, .orphaned, reward: 1_000, height: 2))
        try await Self.find(200, at: 2, finder: 2, before)
        #expect(try await Self.immature(after) == [495, 495, 990])
        let rows = try await after.pool.execute(
            "SELECT scheme, coalesce(window_factor_millionths::text, ''), fee_millionths FROM blocks ORDER BY height"
        )
        #expect(try rows.map { try $0.text(0) } == ["pplns", "solo"])
        #expect(try rows.map { try $0.text(1) } == ["1000000000000", ""])
        #expect(try rows.map { try $0.integer(2, as: Int64.self) } == [10_000, 10_000])
    }

    /// Shares in this order, the last of which has the number of a block to be.
    private static func work(_ parts: [(client: Int, work: UInt64)], ending last: Int, _ fixture: LedgerFixture)
        async throws
    {
        for (index, part) in parts.enumerated() {
            let number = last - (parts.count - 1 - index)
            let share = Example.share(number, of: Example.client(part.client), work: part.work)
            #expect(try await fixture.calls.outcomes(of: RecordSharesRequest(shares: [share])) == [.recorded])
        }
    }

    private static func find(_ number: Int, at height: UInt32, finder: Int = 0, _ fixture: LedgerFixture) async throws {
        let report = Example.block(
            number,
            .accepted,
            confirmations: 10,
            reward: 1_000,
            finder: Example.client(finder),
            height: height
        )
        #expect(try await fixture.calls.recordBlock(report).stage == .immature)
    }

    private static func immature(_ fixture: LedgerFixture) async throws -> [UInt64] {
        var amounts: [UInt64] = []
        for client in 0..<3 { amounts.append(try await fixture.statement(client).immature) }
        return amounts
    }
}
