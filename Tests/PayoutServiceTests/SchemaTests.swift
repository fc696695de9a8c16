import PostgresClient
import TestSupport
import Testing

@testable import PayoutService

@Suite struct SchemaTests {
    @Test func anEmptyDatabaseBecomesOursOnceHoweverManyStart() async throws {
        let settings = PostgresSettings(try await PrivatePostgres.freshDatabase())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await Schema.prepare(ConnectionPool(settings, count: 1), network: "litecoin-regtest")
                }
            }
            try await group.waitForAll()
        }
        let pool = ConnectionPool(settings, count: 1)
        try await Schema.prepare(pool, network: "litecoin-regtest")
        let versions = try await pool.execute("SELECT version FROM schema_versions ORDER BY version")
        #expect(versions == (1...Schema.version).map { PostgresRow([String($0)]) })
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        let pool = ConnectionPool(PostgresSettings(try await PrivatePostgres.freshDatabase()), count: 1)
        try await Schema.prepare(pool, network: "litecoin-regtest")
        try await pool.execute("INSERT INTO schema_versions (version, name) VALUES (99, 'tomorrow')")
        await #expect(throws: Schema.Failure.newerThanThis(database: 99, known: Schema.version)) {
            try await Schema.prepare(pool, network: "litecoin-regtest")
        }
    }

    @Test func anotherNetworksDatabaseIsRefused() async throws {
        let pool = ConnectionPool(PostgresSettings(try await PrivatePostgres.freshDatabase()), count: 1)
        try await Schema.prepare(pool, network: "litecoin-regtest")
        await #expect(throws: Schema.Failure.otherNetwork(database: "litecoin-regtest", configured: "litecoin")) {
            try await Schema.prepare(pool, network: "litecoin")
        }
    }

    @Test func whatIsWrittenStays() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1)
        try await fixture.pay()
        for sql in [
            "UPDATE transfers SET amount = amount + 1", "DELETE FROM transfers", "TRUNCATE transfers",
            "DELETE FROM payouts", "UPDATE payout_outputs SET amount = amount + 1",
            "UPDATE payouts SET transaction = 'other'", "UPDATE payouts SET txid = NULL, transaction = NULL",
            "INSERT INTO transfers (kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket, amount, created_at_ms) VALUES ('block_credit', 'x', 0, 'chain', 0, 'fee', 0, 0)",
            "INSERT INTO transfers (kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket, amount, created_at_ms) SELECT 'payout_settle', 'x', account_id, 'confirmed', 0, 'fee', 1, 0 FROM accounts WHERE account_id <> 0 LIMIT 1",
        ] {
            await #expect(throws: PostgresError.self, "\(sql)") { try await fixture.pool.execute(sql) }
        }
        try await fixture.expectSoundBooks()
    }
}
