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

    @Test func whatAnOrphanTakesBackAfterPaymentIsOwed() async throws {
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
        #expect(after[.fee] == (before[.fee] ?? 0) - 10_000)
        #expect(after[.debt] == taken - 990_000)
        let owed = [try await fixture.statement(0).debt, try await fixture.statement(1).debt]
        #expect(owed[0] > 0)
        #expect(-Int64(owed.reduce(0, +)) == after[.debt])
        // What matures next pays it back first.
        try await fixture.earn([(1, 1)], block: 4, reward: 100_000)
        try await fixture.expectSoundBooks()
        let later = try await fixture.sums()
        let gained: Int64 = [Bucket.confirmed, .debt].reduce(0) { $0 + (later[$1] ?? 0) - (after[$1] ?? 0) }
        #expect(gained == 99_000)
        // Should it come back after all, it is credited again, and nobody owes anything.
        _ = try await fixture.calls.recordBlock(Example.block(1, .confirmed, confirmations: 100, reward: 1_000_000))
        try await fixture.expectSoundBooks()
        #expect(try await fixture.sums()[.debt] == 0)
    }

    @Test func whatAnOrphanTakesBackWhileReservedIsOwed() async throws {
        let fixture = try await LedgerFixture()
        fixture.wallet.fail(.signFails)
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        #expect(try await fixture.sums()[.reserved] == 990_000)
        _ = try await fixture.calls.recordBlock(Example.block(1, .orphaned, reward: 1_000_000))
        try await fixture.expectSoundBooks()
        #expect(try await fixture.sums()[.reserved] == 990_000)
        #expect(try await fixture.sums()[.debt] == -990_000)
        #expect(try await fixture.statement(0).confirmed == 990_000)
        // The miner sees it too: in one number, and as a line of its statement.
        #expect(try await fixture.statement(0).debt == 990_000)
        #expect(try await fixture.statement(0, worker: "none of its workers").debt == 990_000)
        let asked = GetEntriesRequest(address: Example.addresses[0], count: 100)
        let taken = try await fixture.calls.getEntries(asked).entries.filter { $0.from == "debt" }
        #expect(taken.map(\.amount) == [990_000])
        // What comes back from a payout that is given up is taken for it.
        try await fixture.operations.cancel(1)
        try await fixture.expectSoundBooks()
        #expect(try await fixture.sums()[.debt] == 0)
        #expect(try await fixture.sums()[.confirmed] == 0)
        #expect(try await fixture.statement(0).debt == 0)
    }

    /// What the chain gives is credited, whichever of two rewards was told first.
    @Test(arguments: [(10, Bucket.immature), (100, Bucket.confirmed)] as [(UInt32, Bucket)])
    func aSmallerRewardReplacesTheLarger(depth: UInt32, bucket: Bucket) async throws {
        let fixture = try await LedgerFixture()
        let calls = fixture.calls
        let shares = [Example.share(1, of: Example.client(0), work: 2), Example.share(9, of: Example.client(1))]
        _ = try await calls.recordShares(RecordSharesRequest(shares: shares))
        for reward: UInt64 in [1_000, 700, 700, 1_000] {
            let report = Example.block(9, .accepted, confirmations: depth, reward: reward)
            _ = try await calls.recordBlock(report)
            try await fixture.expectSoundBooks("\(reward)")
        }
        let sums = try await fixture.sums()
        #expect(sums[bucket] == 693)
        #expect(sums[.fee] == 7)
        #expect(sums[.chain] == -700)
        #expect(try await fixture.statement(0).immature + fixture.statement(0).confirmed == 462)
        // Also of a block that is not on the chain at the moment, and comes back.
        _ = try await calls.recordBlock(Example.block(9, .orphaned, reward: 600))
        #expect(try await fixture.sums()[.chain] == 0)
        _ = try await calls.recordBlock(Example.block(9, .accepted, confirmations: depth, reward: 700))
        #expect(try await fixture.sums()[.chain] == -600)
        try await fixture.expectSoundBooks()
    }

    @Test func ofTwoCandidatesAtOneHeightOnlyTheOneOnTheChainIsPaid() async throws {
        let fixture = try await LedgerFixture()
        let calls = fixture.calls
        _ = try await calls.recordShares(RecordSharesRequest(shares: [Example.share(1, of: Example.client(0))]))
        func report(_ number: Int, _ state: BlockState, _ depth: UInt32 = 0) async throws -> BlockStage {
            try await calls.recordBlock(Example.block(number, state, confirmations: depth, reward: 1_000)).stage
        }
        #expect(try await report(1, .submitted) == .candidate)
        #expect(try await report(2, .submitted) == .candidate)
        #expect(try await report(1, .accepted, 10) == .immature)
        #expect(try await report(2, .orphaned) == .orphaned)
        #expect(try await fixture.sums()[.chain] == -1_000)
        // The chain changes its mind, deep enough to hurt.
        #expect(try await report(2, .accepted, 11) == .immature)
        #expect(try await report(1, .orphaned) == .orphaned)
        #expect(try await fixture.sums()[.chain] == -1_000)
        #expect(try await fixture.sums()[.immature] == 990)
        try await fixture.expectSoundBooks()
    }

    @Test func aReportThatWasHeldUpChangesNothing() async throws {
        let fixture = try await LedgerFixture()
        func tell(_ state: BlockState, _ confirmations: UInt32, seenAtMs: UInt64) async throws -> BlockStage {
            var report = Example.block(1, state, confirmations: confirmations, reward: 1_000)
            report.seenAtMs = seenAtMs
            return try await fixture.calls.recordBlock(report).stage
        }
        #expect(try await tell(.accepted, 12, seenAtMs: 5_000) == .immature)
        #expect(try await tell(.orphaned, 0, seenAtMs: 4_999) == .immature)
        #expect(try await tell(.orphaned, 0, seenAtMs: 7_000) == .orphaned)
        #expect(try await tell(.confirmed, 100, seenAtMs: 6_000) == .orphaned)
        // At the same moment, and from a watcher that does not tell when, it counts.
        #expect(try await tell(.accepted, 12, seenAtMs: 7_000) == .immature)
        #expect(try await tell(.orphaned, 0, seenAtMs: 0) == .orphaned)
        #expect(try await tell(.confirmed, 100, seenAtMs: 6_999) == .orphaned)
        try await fixture.expectSoundBooks()
    }

    @Test func reportsThatContradictAreRefused() async throws {
        let fixture = try await LedgerFixture()
        let calls = fixture.calls
        _ = try await calls.recordBlock(Example.block(1, .accepted, confirmations: 10, reward: 1_000))
        var report = Example.block(1, .accepted, confirmations: 11, reward: 1_000)
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
