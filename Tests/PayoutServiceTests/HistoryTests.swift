import BlockFormat
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

@Suite struct HistoryTests {
    private static let now: UInt64 = 1_790_000_000_000
    private static let slot: UInt64 = 600_000

    private static func share(
        _ number: Int,
        _ client: Int,
        worker: String = "rig1",
        work: UInt64,
        atMs: UInt64
    ) -> AcceptedShare {
        var share = Example.share(number, of: Example.client(client, worker: worker), work: work)
        share.judgedAtMs = atMs
        return share
    }

    @Test func speedsAreSampledForThePoolAccountsAndWorkersBeforeAndAfterTheRollUp() async throws {
        let fixture = try await LedgerFixture()
        let shares = [
            Self.share(1, 0, work: 600, atMs: Self.now), Self.share(2, 0, worker: "rig2", work: 1_200, atMs: Self.now),
            Self.share(3, 1, work: 6_000, atMs: Self.now), Self.share(4, 0, work: 60_000, atMs: Self.now - Self.slot),
            Self.share(5, 0, work: .max, atMs: Self.now - 25 * 6 * Self.slot),
        ]
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares))
        let this = Self.now / Self.slot * Self.slot
        let address = Example.addresses[0]
        let expected: [(GetSamplesRequest, [Sample])] = [
            (
                GetSamplesRequest(hours: 24),
                [
                    Sample(atMs: this - Self.slot, shares: 1, hashrate: 100),
                    Sample(atMs: this, shares: 3, hashrate: 13),
                ]
            ),
            (
                GetSamplesRequest(address: address, hours: 1),
                [
                    Sample(atMs: this - Self.slot, shares: 1, hashrate: 100),
                    Sample(atMs: this, shares: 2, hashrate: 3),
                ]
            ),
            (
                GetSamplesRequest(address: address, worker: "rig2", hours: 1),
                [
                    Sample(atMs: this, shares: 1, hashrate: 2)
                ]
            ),
            (GetSamplesRequest(address: address, worker: "none", hours: 1), []),
            (GetSamplesRequest(address: Example.addresses[9], hours: 1), []),
        ]
        for _ in 0..<2 {
            for (asked, samples) in expected {
                #expect(try await fixture.calls.getSamples(asked).samples == samples, "\(asked)")
            }
            let all = try await fixture.calls.getSamples(GetSamplesRequest(hours: 100_000)).samples
            #expect(all.first?.hashrate == UInt64.max / 600)
            while try await fixture.rollup.rollUp(atLeast: 1) {}
        }
        #expect(try await fixture.rollup.prune() == 0)
        fixture.clock.advance(by: .seconds(30 * 86_400))
        // All but one time were three rows each, or six with two workers and two accounts.
        #expect(try await fixture.rollup.prune() > 0)
        #expect(try await fixture.pool.execute("SELECT DISTINCT slot FROM work_samples").count <= 1)
    }

    @Test func workersAreListedWithWhenTheyWereSeen() async throws {
        let fixture = try await LedgerFixture()
        let shares = [
            Self.share(1, 0, work: 600, atMs: Self.now - 5), Self.share(2, 0, worker: "rig2", work: 1, atMs: Self.now),
        ]
        let refused = [RefusedShares(client: Example.client(0), stale: 2, other: 1)]
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: shares, refused: refused))
        let asked = GetAccountRequest(address: Example.addresses[0])
        for _ in 0..<2 {
            let account = try await fixture.calls.getAccount(asked)
            #expect(account.lastShareAtMs == Self.now)
            #expect(
                account.workers == [
                    WorkerFigures(name: "rig2", accepted: 1, lastShareAtMs: Self.now, hashrate: 0),
                    WorkerFigures(
                        name: "rig1",
                        accepted: 1,
                        stale: 2,
                        rejected: 1,
                        lastShareAtMs: Self.now - 5,
                        hashrate: 1
                    ),
                ]
            )
            while try await fixture.rollup.rollUp(atLeast: 1) {}
        }
        #expect(
            try await fixture.calls.getAccount(GetAccountRequest(address: Example.addresses[9])) == AccountFigures()
        )
        for bad in ["", "nobody", Example.addresses[0].uppercased()] {
            let error = await #expect(throws: RPCError.self) {
                try await fixture.calls.getAccount(GetAccountRequest(address: bad))
            }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test func theRoundAndEveryBlockTellWhoWorked() async throws {
        let fixture = try await LedgerFixture()
        _ = try await fixture.calls.recordShares(
            RecordSharesRequest(shares: [
                Self.share(1, 0, work: 2, atMs: Self.now), Example.share(500, of: Example.client(1)),
            ])
        )
        #expect(try await fixture.calls.getFigures(GetFiguresRequest()).roundWork == Work(hashes: 3).bytes)
        let block = Example.block(500, .accepted, confirmations: 10, reward: 1_000, finder: Example.client(1))
        _ = try await fixture.calls.recordBlock(block)
        for step in 0..<3 {
            _ = try await fixture.calls.recordShares(
                RecordSharesRequest(shares: [Self.share(10 + step, step, work: 5, atMs: Self.now)])
            )
            let round = try await fixture.calls.getWork(GetWorkRequest(count: 1))
            #expect(round.total == Work(hashes: UInt128(5 * (step + 1))).bytes)
            #expect(round.accountCount == UInt64(step + 1))
            #expect(round.accounts.map(\.work) == [Work(hashes: 5).bytes])
            let figures = try await fixture.calls.getFigures(GetFiguresRequest())
            #expect(figures.roundWork == round.total)
            while try await fixture.rollup.rollUp(atLeast: 1) {}
        }
        let figures = try await fixture.calls.getFigures(GetFiguresRequest())
        #expect((figures.accounts, figures.blocks, figures.lastBlockAtMs) == (3, 1, 1_790_000_000_000))
        let work = try await fixture.calls.getWork(GetWorkRequest(block: block.hash, count: 10))
        #expect(
            work.accounts == [
                AccountWork(address: Example.addresses[0], work: Work(hashes: 2).bytes, amount: 660),
                AccountWork(address: Example.addresses[1], work: Work(hashes: 1).bytes, amount: 330),
            ]
        )
        let entry = try #require(try await fixture.calls.getPool(GetPoolRequest(blocks: 1)).blocks.first)
        #expect((entry.finder, entry.finderWorker) == (Example.addresses[1], "rig1"))
        #expect(entry.networkWork == Work(hashes: 2).bytes)
        let error = await #expect(throws: RPCError.self) {
            try await fixture.calls.getWork(GetWorkRequest(block: Example.hash(9).bytes, count: 10))
        }
        #expect(error?.code == .notFound)
        _ = try await fixture.calls.recordBlock(Example.block(501, .orphaned, finder: Example.client(1)))
        _ = try await fixture.calls.recordBlock(Example.block(502, .submitted, finder: Example.client(2)))
        _ = try await fixture.calls.recordBlock(Example.block(503, .submitted, finder: Example.client(2)))
        let finders = try await fixture.calls.getFinders(GetFindersRequest(count: 10)).finders
        #expect(finders.map(\.address) == [Example.addresses[2], Example.addresses[1]])
        #expect(finders.map(\.blocks) == [2, 1])
        #expect(finders.map(\.orphaned) == [0, 1])
        #expect(try await fixture.calls.getFinders(GetFindersRequest(count: 1)).finders.count == 1)
    }

    /// What miners are shown is what a block found now would be split over, under `prop`.
    @Test func theRoundUnderWayIsTheOneThatABlockWouldEnd() async throws {
        let fixture = try await LedgerFixture(scheme: .proportional)
        for number in 1...5 {
            let share = Self.share(number, 0, work: 1 << UInt64(number), atMs: Self.now)
            _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: [share]))
        }
        let steps: [(what: String, block: Int, BlockState, depth: UInt32, foundAtMs: UInt64, work: UInt128)] = [
            ("no block yet", 9, .orphaned, 0, 1, 62),
            ("one that is not on the chain may never be", 2, .submitted, 0, 2, 62),
            ("nor one that was refused", 3, .rejected, 0, 3, 62),
            ("now it is", 2, .accepted, 1, 2, 56),
            ("a newer share, of a block that was found earlier by its finder's clock", 4, .accepted, 10, 1, 32),
            ("a block that was heard of later, of an older share", 3, .accepted, 1, 4, 32),
            ("gone", 4, .orphaned, 0, 1, 48),
        ]
        for (what, number, state, depth, foundAtMs, work) in steps {
            var report = Example.block(number, state, confirmations: depth, reward: 1_000)
            report.foundAtMs = foundAtMs
            _ = try await fixture.calls.recordBlock(report)
            let total = Work(hashes: work).bytes
            #expect(try await fixture.calls.getFigures(GetFiguresRequest()).roundWork == total, "\(what)")
            #expect(try await fixture.calls.getWork(GetWorkRequest(count: 1)).total == total, "\(what)")
            let start = try await fixture.pool.transaction { session throws(PostgresError) in
                try PostgresBlockSession(session: session, makeProofSeed: { [] })
                    .roundEnd(before: 6, of: Example.hash(77))
            }
            #expect((UInt128(2) << UInt128(5)) - (UInt128(2) << UInt128(start)) == work, "\(what)")
        }
    }

    @Test func payoutsAreListedAllPendingAndByAddress() async throws {
        let fixture = try await LedgerFixture()
        for number in 1...3 {
            try await fixture.earn([(0, 1), (number, 1)], block: number, reward: 1_000_000)
            try await fixture.pay()
        }
        func payouts(_ asked: GetPayoutsRequest) async throws -> [PayoutFigures] {
            try await fixture.calls.getPayouts(asked).payouts
        }
        let all = try await payouts(GetPayoutsRequest(count: 100))
        #expect(all.count == 3)
        #expect(all.map(\.number) == all.map(\.number).sorted(by: >))
        #expect(all.allSatisfy { $0.outputs >= 2 && $0.amount > 100_000 })
        #expect(try await payouts(GetPayoutsRequest(before: all[0].number, count: 1)) == [all[1]])
        let mine = try await payouts(GetPayoutsRequest(address: Example.addresses[3], count: 100))
        #expect(mine.map(\.number) == [all[0].number])
        #expect(mine[0].outputs == 1 && mine[0].amount < all[0].amount)
        let pending = try await payouts(GetPayoutsRequest(pending: true, count: 100))
        #expect(pending == all.filter { $0.state != "confirmed" })
        let figures = try await fixture.calls.getFigures(GetFiguresRequest())
        #expect(figures.payoutsPending == UInt64(pending.count))
        #expect(figures.paid == UInt64(try await fixture.sums()[.paid] ?? 0))
    }

    @Test func aStatementAddsUpToTheBalances() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        try await fixture.earn([(0, 2), (1, 1)], block: 2, reward: 5_000)
        _ = try await fixture.calls.recordBlock(Example.block(1, .orphaned, reward: 1_000_000))
        _ = try await fixture.calls.recordBlock(Example.block(3, .accepted, confirmations: 10, reward: 70))
        for client in 0...1 {
            var sums: [String: Int64] = [:]
            var after: UInt64 = 0
            var hasMore = true
            while hasMore {
                let page = try await fixture.calls.getEntries(
                    GetEntriesRequest(address: Example.addresses[client], after: after, count: 2)
                )
                #expect(page.entries.count == 2 || !page.hasMore)
                for entry in page.entries {
                    #expect(entry.number > after)
                    after = entry.number
                    sums[entry.from, default: 0] -= Int64(entry.amount)
                    sums[entry.to, default: 0] += Int64(entry.amount)
                }
                hasMore = page.hasMore
            }
            sums[""] = nil
            let rows = try await fixture.pool.execute(
                "SELECT bucket, balance FROM balances JOIN accounts USING (account_id) WHERE address = $1",
                [.text(Example.addresses[client])]
            )
            var balances: [String: Int64] = [:]
            for row in rows { balances[try row.text(0)] = try row.integer(1) }
            #expect(sums == balances)
            #expect(balances.count >= 4)
        }
        let stranger = GetEntriesRequest(address: Example.addresses[9], count: 10)
        #expect(try await fixture.calls.getEntries(stranger) == Entries())
    }

    /// Numbers are given before the commit: the second to get one may be there first.
    @Test func noPageShowsALineBeforeThoseWithLowerNumbersAreThere() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        let asked = GetEntriesRequest(address: Example.addresses[0], count: 100)
        let before = try await fixture.calls.getEntries(asked).entries
        #expect(before.count == 2)
        func write(_ reference: String) -> String {
            """
            INSERT INTO transfers (kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket, amount,
                created_at_ms)
            SELECT 'block_credit', '\(reference)', 0, 'chain', account_id, 'immature', 1, 0 FROM accounts
            WHERE address = '\(Example.addresses[0])'
            """
        }
        let slow = PostgresConnection(fixture.database)
        try await slow.execute("BEGIN")
        // As whoever posts does; only the balances wait for each other, so this one writes none.
        try await slow.execute("SET LOCAL session_replication_role = replica")
        try await slow.execute(write("slow"))
        try await fixture.pool.execute(write("fast"))
        #expect(try await fixture.calls.getEntries(asked).entries == before)
        // One who has never seen a quiet moment says so.
        let newcomer = try await fixture.successor()
        let error = await #expect(throws: RPCError.self) { try await newcomer.calls.getEntries(asked) }
        #expect(error?.isRetryable == true)
        try await slow.execute("COMMIT")
        let after = GetEntriesRequest(address: Example.addresses[0], after: before[1].number, count: 100)
        #expect(try await fixture.calls.getEntries(after).entries.map(\.reference) == ["slow", "fast"])
    }

    @Test func aPayoutIsShownAsItArrives() async throws {
        let fixture = try await LedgerFixture(adjust: { $0.feePayer = .miners })
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        let whole = try await fixture.calls.getPayouts(GetPayoutsRequest(count: 1)).payouts[0]
        let mine = try await fixture.statement(0).payouts[0].amount
        let shown = GetPayoutsRequest(address: Example.addresses[0], count: 1)
        #expect(mine < 495_000)
        #expect(try await fixture.calls.getPayouts(shown).payouts.map(\.amount) == [mine])
        #expect(whole.amount == mine + (try await fixture.statement(1).payouts[0].amount))
    }

    @Test func whereTheNodesAreIsKept() async throws {
        let fixture = try await LedgerFixture()
        let state = NodeState(height: 7, tip: Example.hash(1).bytes, seenAtMs: 1_000)
        _ = try await fixture.calls.recordNode(state)
        // An older word that came late changes nothing.
        _ = try await fixture.calls.recordNode(NodeState(height: 6, tip: Example.hash(2).bytes, seenAtMs: 999))
        let successor = try await fixture.successor()
        #expect(try await successor.calls.getFigures(GetFiguresRequest()).nodes == [state])
        for number in 0..<30 {
            let other = NodeState(name: "n\(number)", tip: Example.hash(1).bytes, seenAtMs: 2_000 + UInt64(number))
            _ = try await fixture.calls.recordNode(other)
        }
        let nodes = try await fixture.calls.getFigures(GetFiguresRequest()).nodes
        #expect(nodes.count == 16)
        #expect(nodes.allSatisfy { $0.seenAtMs >= 2_014 })
        await #expect(throws: RPCError.self) { try await fixture.calls.recordNode(NodeState(height: 1)) }
    }
}
