import Ledger
import Messages
import MiningDomain
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import PayoutService

@Suite struct WindowTests {
    /// A ledger with shares in slices of every size, and the same shares one by one.
    private struct Example {
        let fixture: LedgerFixture
        let compaction: WorkCompaction
        /// Oldest first, by their numbers.
        let shares: [(seq: Int64, account: AccountName, work: UInt64)]

        /// `keptFactor` says how soon fine slices are removed.
        init(random: inout SeededGenerator, keptFactor: Int64) async throws {
            fixture = try await LedgerFixture()
            compaction = WorkCompaction(pool: fixture.pool, units: [60, 240, 960], keptFactor: keptFactor)
            var number = 0
            for batch in 0..<40 {
                let shares = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                    number += 1
                    // Now and then one that was there before: its number stays empty.
                    let known = number > 5 && Int.random(in: 0..<10, using: &random) == 0
                    return PayoutServiceTests.Example.share(
                        known ? number - 3 : number,
                        of: PayoutServiceTests.Example.client(.random(in: 0..<7, using: &random)),
                        work: Bool.random(using: &random) ? .random(in: 1...9, using: &random) : .max
                    )
                }
                _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares))
                // The last batches are newer than what was added up.
                if batch < 36 {
                    while try await fixture.rollup.rollUp(atLeast: 1) {}
                    while try await compaction.compact() {}
                }
            }
            shares = try await fixture.pool.execute(
                "SELECT seq, address, work FROM shares JOIN accounts USING (account_id) ORDER BY seq"
            ).map { (try $0.integer(0), try #require(AccountName(try $0.text(1))), try $0.integer(2)) }
        }

        var newest: Int64 { shares.last?.seq ?? 0 }

        /// As the rule has it, share by share.
        func expected(after: Int64, end: Int64, size: Work) -> RewardWindow {
            var window = RewardWindow(size: size)
            for share in shares.reversed() where share.seq > after && share.seq <= end {
                window.take(Work(hashes: UInt128(share.work)), of: share.account)
            }
            return window
        }

        func read(after: Int64, end: Int64, size: Work) async throws -> RewardWindow {
            try await fixture.pool.transaction { session throws(PostgresError) in
                try WindowReader.read(session, after: after, end: end, size: size)
            }
        }

        func randomSize(_ random: inout SeededGenerator) -> Work {
            let share = UInt128(UInt64.max)
            return switch Int.random(in: 0..<4, using: &random) {
            case 0: Work(hashes: .random(in: 1...20, using: &random))
            case 1: Work(hashes: .random(in: 1...(share * 1_000), using: &random))
            case 2: Work(hashes: share * .random(in: 1...700, using: &random))
            case _: Work(hashes: .max)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func aWindowIsWhatItsSharesSayWhereverItEnds(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let example = try await Example(random: &random, keptFactor: seed.isMultiple(of: 2) ? 0 : 2)
        #expect(try await example.fixture.pool.execute("SELECT max(level) FROM work_spans") == [PostgresRow(["3"])])
        for _ in 0..<120 {
            let end = Int64.random(in: 0...example.newest, using: &random)
            let after = Bool.random(using: &random) ? 0 : Int64.random(in: 0...end, using: &random)
            let size = example.randomSize(&random)
            let found = try await example.read(after: after, end: end, size: size)
            let expected = example.expected(after: after, end: end, size: size)
            #expect(found.work == expected.work, "after \(after), end \(end), size \(size)")
            #expect(found.missing == expected.missing, "after \(after), end \(end), size \(size)")
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func whereSharesAreDroppedTheOldestSliceIsDividedInProportion(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let example = try await Example(random: &random, keptFactor: 1)
        let spans = try await example.fixture.pool.execute(
            "SELECT DISTINCT first_seq - 1 FROM work_spans UNION SELECT last_seq FROM work_spans"
        )
        let cuts = Set(try spans.map { try $0.integer(0, as: Int64.self) })
        let rolledUp = cuts.max() ?? 0
        try await example.fixture.pool.execute("DELETE FROM shares WHERE seq <= $1", [.integer(rolledUp)])
        for _ in 0..<60 {
            let end = Int64.random(in: 1...example.newest, using: &random)
            let after = Int64.random(in: 0...end, using: &random)
            let size = example.randomSize(&random)
            let found = try await example.read(after: after, end: end, size: size)
            let counted = found.work.values.reduce(UInt128(0)) { $0 + $1.hashes }
            #expect(counted + found.missing.hashes == size.hashes)
            #expect(try await example.read(after: after, end: end, size: size).work == found.work)
            // Whole slices are exact without their shares.
            if (cuts.contains(end) || end > rolledUp) && (cuts.contains(after) || after > rolledUp) {
                let all = Work(hashes: .max)
                #expect(
                    try await example.read(after: after, end: end, size: all).work
                        == example.expected(after: after, end: end, size: all).work
                )
            }
        }
    }

    @Test func aPartOfASliceIsDividedByItsAccountsWork() async throws {
        let fixture = try await LedgerFixture()
        let shares = [(0, 30), (1, 60), (0, 10), (2, 1)].enumerated().map { number, share in
            PayoutServiceTests.Example.share(
                number,
                of: PayoutServiceTests.Example.client(share.0),
                work: UInt64(share.1)
            )
        }
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: Array(shares)))
        while try await fixture.rollup.rollUp(atLeast: 1) {}
        try await fixture.pool.execute("DELETE FROM shares WHERE seq = 2")
        let names = try [0, 1, 2].map { try #require(AccountName(PayoutServiceTests.Example.addresses[$0])) }
        func read(after: Int64 = 0, end: Int64, size: UInt128) async throws -> [UInt128] {
            let window = try await fixture.pool.transaction { session throws(PostgresError) in
                try WindowReader.read(session, after: after, end: end, size: Work(hashes: size))
            }
            return names.map { window.work[$0]?.hashes ?? 0 }
        }
        #expect(try await read(end: 4, size: 1_000) == [40, 60, 1])
        // 50 of 101: 19.8, 29.7 and 0.495; the two left over go to the largest remainders.
        #expect(try await read(end: 4, size: 50) == [20, 30, 0])
        // Two of four numbers are 50.5 of 101, rounded down.
        #expect(try await read(after: 2, end: 4, size: 1_000) == [20, 30, 0])
        #expect(try await read(end: 2, size: 1_000) == [20, 30, 0])
    }

    @Test func aWindowAndTheRollUpTakeTurns() async throws {
        let fixture = try await LedgerFixture()
        let share = PayoutServiceTests.Example.share(1, of: PayoutServiceTests.Example.client(0))
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: [share]))
        let reader = PostgresConnection(fixture.database)
        try await reader.execute("BEGIN")
        try await reader.execute("SELECT FROM meta WHERE key = 'rolled_up_seq' FOR SHARE")
        let rollup = fixture.rollup
        async let more = rollup.rollUp(atLeast: 1)
        try await Patience.wait(for: "the roll-up to wait") {
            try await reader.execute("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted")[0].boolean(0)
        }
        try await reader.execute("COMMIT")
        #expect(try await !more)
        #expect(
            try await fixture.pool.execute("SELECT first_seq, last_seq, work FROM work_spans") == [
                PostgresRow(["1", "1", "1"])
            ]
        )
    }
}
