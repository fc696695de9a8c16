import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import PayoutService

@Suite struct BlockTests {
    private static let life: [(BlockState, UInt32, BlockStage, [Bucket: Int64])] = [
        (.submitted, 0, .candidate, [:]),
        (.accepted, 1, .candidate, [:]),
        (.accepted, 9, .candidate, [:]),
        (.accepted, 10, .immature, [.chain: -1_000, .fee: 10, .immature: 990]),
        (.accepted, 11, .immature, [.chain: -1_000, .fee: 10, .immature: 990]),
        (.orphaned, 0, .orphaned, [:]),
        (.orphaned, 0, .orphaned, [:]),
        (.accepted, 3, .candidate, [:]),
        (.accepted, 12, .immature, [.chain: -1_000, .fee: 10, .immature: 990]),
        (.confirmed, 99, .immature, [.chain: -1_000, .fee: 10, .immature: 990]),
        (.confirmed, 100, .confirmed, [.chain: -1_000, .fee: 10, .confirmed: 990]),
        (.confirmed, 101, .confirmed, [.chain: -1_000, .fee: 10, .confirmed: 990]),
        (.rejected, 0, .confirmed, [.chain: -1_000, .fee: 10, .confirmed: 990]),
        (.orphaned, 0, .orphaned, [:]),
        (.confirmed, 100, .confirmed, [.chain: -1_000, .fee: 10, .confirmed: 990]),
    ]

    @Test func moneyFollowsTheBlock() async throws {
        let fixture = try await LedgerFixture()
        let shares = [Example.share(1, of: Example.client(0), work: 2), Example.share(9, of: Example.client(1))]
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares))
        let replicas = [fixture, try await fixture.successor()]
        for (index, (state, confirmations, stage, sums)) in Self.life.enumerated() {
            let report = Example.block(9, state, confirmations: confirmations, reward: 1_000)
            for replica in replicas {
                #expect(try await replica.calls.recordBlock(report).stage == stage, "step \(index)")
            }
            let expected = Bucket.allCases.reduce(into: [:]) { $0[$1] = sums[$1] ?? 0 }
            #expect(try await fixture.sums() == expected, "step \(index)")
            try await fixture.expectSoundBooks("step \(index)")
        }
        #expect(try await fixture.statement(0).confirmed == 660)
        #expect(try await fixture.statement(1).confirmed == 330)
        let pool = try await fixture.calls.getPool(GetPoolRequest(blocks: 10))
        #expect(pool.blocks.map(\.hash) == [Example.hash(9).bytes])
        #expect(pool.blocks.map(\.stage) == [.confirmed])
        #expect(pool.sums.map(\.balance).reduce(0, +) == 0)
    }

    @Test func theWindowEndsAtTheSolvingShareWhenItComesLate() async throws {
        let fixture = try await LedgerFixture(windowFactor: "1")  // two hashes on this chain
        let calls = fixture.calls
        func record(_ number: Int, _ client: Int, work: UInt64) async throws {
            let share = Example.share(number, of: Example.client(client), work: work)
            _ = try await calls.recordShares(RecordSharesRequest(shares: [share]))
        }
        try await record(1, 0, work: 1)
        // Reported before its own share is recorded, and after it more shares come.
        #expect(try await calls.recordBlock(Example.block(2, .submitted, reward: 1_000)).stage == .candidate)
        try await record(2, 1, work: 1)
        try await record(3, 2, work: 1)
        _ = try await calls.recordBlock(Example.block(2, .accepted, confirmations: 10, reward: 1_000))
        // A block whose share never comes: the window ends with the newest share when it was reported.
        _ = try await calls.recordBlock(Example.block(77, .submitted, reward: 1_000))
        try await record(4, 3, work: 5)
        _ = try await calls.recordBlock(Example.block(77, .accepted, confirmations: 10, reward: 1_000))
        #expect(try await fixture.statement(0).immature == 495)
        #expect(try await fixture.statement(1).immature == 495 + 495)
        #expect(try await fixture.statement(2).immature == 495)
        #expect(try await fixture.statement(3).immature == 0)
        try await fixture.expectSoundBooks()
    }

    @Test func aBlockWithoutAnyShareIsItsFinders() async throws {
        let fixture = try await LedgerFixture()
        _ = try await fixture.calls.recordBlock(Example.block(1, .confirmed, confirmations: 100, reward: 1_000))
        #expect(try await fixture.statement(0).confirmed == 990)
        let nobodys = Example.block(2, .confirmed, confirmations: 100, reward: 1_000, finder: nil)
        _ = try await fixture.calls.recordBlock(nobodys)
        #expect(try await fixture.sums()[.fee] == 1_010)
        try await fixture.expectSoundBooks()
    }

    @Test func anOrphanAfterPaymentIsThePoolsLoss() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        try await fixture.earn([(1, 1)], block: 2, reward: 50_000)
        try await fixture.pay()
        try await fixture.earn([(1, 1)], block: 3, reward: 200_000)
        let before = try await fixture.sums()
        let report = Example.block(1, .orphaned, reward: 1_000_000)
        #expect(try await fixture.calls.recordBlock(report).stage == .orphaned)
        try await fixture.expectSoundBooks()
        let after = try await fixture.sums()
        #expect(after[.reserved] == before[.reserved])
        #expect(after[.chain] == -250_000)
        let taken = (before[.confirmed] ?? 0) - (after[.confirmed] ?? 0)
        #expect(taken > 0)
        #expect(after[.fee] == (before[.fee] ?? 0) - (1_000_000 - taken))
        // Should it come back after all, it is credited again.
        _ = try await fixture.calls.recordBlock(Example.block(1, .confirmed, confirmations: 100, reward: 1_000_000))
        try await fixture.expectSoundBooks()
    }

    @Test func reportsThatContradictAreRefused() async throws {
        let fixture = try await LedgerFixture()
        let calls = fixture.calls
        _ = try await calls.recordBlock(Example.block(1, .accepted, confirmations: 10, reward: 1_000))
        var report = Example.block(1, .accepted, confirmations: 11, reward: 1_001)
        #expect(
            await #expect(throws: RPCError.self) { try await calls.recordBlock(report) }?.code == .failedPrecondition
        )
        report.reward = 1_000
        report.height += 1
        #expect(
            await #expect(throws: RPCError.self) { try await calls.recordBlock(report) }?.code == .failedPrecondition
        )
        for change in [
            { (report: inout BlockReport) in report.hash = [1] },
            { report in report.networkTarget = [] },
            { report in report.networkTarget = [UInt8](repeating: 0, count: 32) },
            { report in report.state = .unspecified },
            { report in report.reward = .max },
            { report in report.finder?.address = "nobody" },
        ] {
            var report = Example.block(2, .accepted)
            change(&report)
            let error = await #expect(throws: RPCError.self) { try await calls.recordBlock(report) }
            #expect(error?.code == .invalidArgument)
        }
        #expect(try await calls.getPool(GetPoolRequest(blocks: 10)).blocks.count == 1)
    }

    @Test func reportsOfOneBlockFromAllSidesCreditItOnce() async throws {
        let fixture = try await LedgerFixture()
        let replicas = [fixture, try await fixture.successor()]
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: [Example.share(1, of: Example.client(0))]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask {
                    let depth: UInt32 = number.isMultiple(of: 2) ? 10 : 100
                    let report = Example.block(1, .accepted, confirmations: depth, reward: 1_000)
                    _ = try await replicas[number % 2].calls.recordBlock(report)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await fixture.statement(0).confirmed == 990)
        try await fixture.expectSoundBooks()
    }

    @Test(arguments: UInt64(1)...6)
    func slicesGiveTheSameWindowAsSingleShares(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try await LedgerFixture()
        var all: [(client: Int, work: UInt64)] = []
        for batch in 0..<8 {
            let shares = (0..<40).map { index in
                let part = (
                    client: Int.random(in: 0..<4, using: &random), work: UInt64.random(in: 1...9, using: &random)
                )
                all.append(part)
                return Example.share(batch * 100 + index, of: Example.client(part.client), work: part.work)
            }
            _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares))
            if batch < 7 && Bool.random(using: &random) { _ = try await fixture.rollup.rollUp(atLeast: 1) }
        }
        let accounts = try (0..<4).map { try #require(AccountName(Example.addresses[$0])) }
        for _ in 0..<40 {
            let end = Int.random(in: 0...all.count, using: &random)
            let size = Work(hashes: .random(in: 1...1_800, using: &random))
            var expected = RewardWindow(size: size)
            for part in all.prefix(end).reversed() {
                expected.take(Work(hashes: UInt128(part.work)), of: accounts[part.client])
            }
            let found = try await fixture.pool.transaction { session throws(PostgresError) in
                try WindowReader.read(session, end: Int64(end), size: size)
            }
            #expect(found.work == expected.work, "seed \(seed), end \(end), size \(size)")
            #expect(found.missing == expected.missing, "seed \(seed), end \(end), size \(size)")
        }
    }
}
