import Hashing
import Ledger
import Messages
import Messaging
import MiningDomain
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import PayoutService

/// Writing the credits of a block that many accounts have worked for, and who waits for that.
@Suite struct BlockCreditTests {
    @Test func moreRowsThanOneStatementWritesAreWrittenByTheNext() async throws {
        let fixture = try await LedgerFixture()
        let accounts = try (0..<8).map { try #require(AccountName(Example.addresses[$0])) }
        let credits =
            [
                Transfer(
                    kind: .blockCredit,
                    reference: "x/1",
                    from: .pool(.chain),
                    to: .pool(.fee),
                    amount: Amount(units: 8)
                )
            ]
            + accounts.enumerated().map { index, account in
                Transfer(
                    kind: .blockCredit,
                    reference: "x/1",
                    from: .pool(.chain),
                    to: .miner(account, .immature),
                    amount: Amount(units: UInt64(100 + index))
                )
            }
        let matured = BlockTransfers(block: "x").mature(credits, round: 1)
        let (found, entries) = try await fixture.pool.transaction { session throws(PostgresError) in
            let table = TransferTable(session, nowMs: 1, rowCountMax: 3)
            try table.post(credits)
            try table.post(matured)
            try BlockCreditTable(session, rowCountMax: 3).keep(
                BlockCredits(
                    fee: Amount(units: 8),
                    entries: accounts.map { .init(account: $0, work: Work(hashes: 1), amount: Amount(units: 1)) }
                ),
                of: Example.hash(1),
                round: 1,
                seed: [UInt8](repeating: 1, count: 32)
            )
            return (
                try table.transfers(.blockCredit, reference: "x/1"),
                try session.execute("SELECT account_id FROM block_credits").count
            )
        }
        #expect(Set(found) == Set(credits))
        #expect(found.count == credits.count)
        #expect(entries == 9)
        let held = try await fixture.pool.transaction { session throws(PostgresError) in
            try TransferTable(session, nowMs: 1).held(by: accounts, in: .confirmed)
        }
        #expect(held == Dictionary(uniqueKeysWithValues: accounts.enumerated().map { ($1, Int64(100 + $0)) }))
        let sums = try await fixture.sums()
        #expect((sums[.chain], sums[.fee], sums[.immature], sums[.confirmed]) == (-836, 8, 0, 828))
    }

    private static let refusals: [(what: String, values: String, state: String)] = [
        ("a kind that nobody knows", "'gift', 'x', 0, 'chain', 1, 'immature', 1, 0", "23503"),
        ("an account that does not exist", "'block_credit', 'x', 0, 'chain', 999999, 'immature', 1, 0", "23503"),
        (
            "from an account that does not exist", "'block_mature', 'x', 999999, 'immature', 1, 'confirmed', 1, 0",
            "23514"
        ),
        ("more than there is", "'block_mature', 'x', 1, 'immature', 1, 'confirmed', 991, 0", "23514"),
        ("from a balance that never was", "'payout_settle', 'x', 1, 'reserved', 1, 'paid', 1, 0", "23514"),
        ("more than is owed", "'debt_recover', 'x', 1, 'immature', 1, 'debt', 1, 0", "23514"),
        ("in a bucket that nobody knows", "'block_credit', 'x', 0, 'chain', 1, 'pocket', 1, 0", "23514"),
    ]

    /// By the set or one by one: what a transfer may not do it cannot.
    @Test(arguments: refusals.indices) func aTransferThatCannotBeIsRefused(index: Int) async throws {
        let (what, values, state) = Self.refusals[index]
        let fixture = try await LedgerFixture()
        _ = try await fixture.calls.recordBlock(Example.block(1, .accepted, confirmations: 10, reward: 1_000))
        let columns =
            "kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket, amount, created_at_ms"
        let error = await #expect(throws: PostgresError.self, "\(what)") {
            try await fixture.pool.execute("INSERT INTO transfers (\(columns)) VALUES (\(values))")
        }
        if case .statement(let found, _)? = error { #expect(found == state, "\(what)") }
        try await fixture.expectSoundBooks(what)
    }

    /// Whoever reports a block waits ten seconds; with many accounts on a slow disk its credit may take longer.
    ///
    /// Then it goes on by itself, or is undone whole; and the same report again finds it done, or does it.
    @Test(arguments: [false, true]) func aCreditThatOutlastsItsCallerIsMadeOnce(isKilled: Bool) async throws {
        let fixture = try await LedgerFixture()
        _ = try await fixture.calls.recordShares(RecordSharesRequest(shares: [Example.share(1, of: Example.client(0))]))
        let server = try RPCServer(
            name: "ledger",
            listening: [.tcp(host: "127.0.0.1", port: 0)],
            dispatcher: LedgerDispatcher(fixture.calls),
            surroundings: fixture.surroundings
        )
        let running = Task { try await server.run() }
        let channel = try RPCClient(dialing: server.addresses, metrics: Metrics())
        let blocker = PostgresConnection(fixture.database)
        try await blocker.execute("BEGIN")
        try await blocker.execute("LOCK TABLE block_credits IN ACCESS EXCLUSIVE MODE")
        let watcher = PostgresConnection(fixture.database)
        let report = Example.block(9, .accepted, confirmations: 10, reward: 1_000)
        for count in 1...2 {
            let error = await #expect(throws: RPCError.self) {
                try await LedgerClient(channel, timeout: .milliseconds(500)).recordBlock(report)
            }
            #expect(error?.isRetryable == true)
            try await Patience.wait(for: "\(count) that wait") { try await Self.waiting(watcher) == count }
        }
        if isKilled {
            let killed = try await watcher.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INTO block_credits%'
                """
            )
            #expect(killed.count == 1)
            try await Patience.wait(for: "the other to take its place") { try await Self.waiting(watcher) == 1 }
        }
        #expect(try await fixture.statement(0).immature == 0)
        try await blocker.execute("COMMIT")
        #expect(try await LedgerClient(channel, timeout: .seconds(30)).recordBlock(report).stage == .immature)
        #expect(try await fixture.statement(0).immature == 990)
        #expect(try await fixture.pool.execute("SELECT FROM transfers").count == 2)
        try await fixture.expectSoundBooks()
        running.cancel()
        try await running.value
    }

    private static func waiting(_ connection: PostgresConnection) async throws -> Int {
        try await connection.execute(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
        )[0].integer(0)
    }
}
