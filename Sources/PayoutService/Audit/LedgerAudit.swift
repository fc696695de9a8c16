package import Ledger
package import PostgresClient

/// Whether the books are right: everything that must hold, counted again from what was written down.
package struct LedgerAudit: Sendable {
    /// How far to look.
    package enum Scope: Sendable {
        /// Money, blocks and payouts, and whether slices fit each other: seconds.
        case books
        /// Also what was added up, against every share that is kept: minutes for a hundred million.
        case everything
    }

    /// Each bucket's balance over all accounts; together zero.
    package let sums: [Bucket: Int64]
    /// How many payouts are in each state.
    package let payoutCounts: [String: Int64]
    /// What was looked at.
    package internal(set) var checked: [LedgerCheck]
    /// What is wrong; empty when all that was looked at is right.
    package internal(set) var findings: [LedgerFinding]
    /// What could not be looked at, and why.
    package internal(set) var unchecked: [LedgerCheck: String] = [:]

    package var imbalance: Int64 { sums.values.reduce(0, +) }

    /// One finding for each check: what two looks found of the same is told together.
    mutating func add(_ finding: LedgerFinding) {
        if let place = findings.firstIndex(where: { $0.check == finding.check }) {
            findings[place] = findings[place].with(finding)
        } else {
            findings.append(finding)
        }
    }

    /// Reads everything in one snapshot.
    package static func run(
        _ pool: ConnectionPool,
        _ scope: Scope = .everything
    ) async throws(PostgresError) -> LedgerAudit {
        let queries = LedgerQueries.queries(scope)
        return try await pool.transaction { session throws(PostgresError) in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            // Compiling so many expressions takes longer than they do.
            try session.run("SET LOCAL jit TO off")
            var findings: [LedgerFinding] = []
            for query in queries { findings += try Self.findings(query, session) }
            let read = try readings(scope, session)
            findings += read.compactMap(\.1)
            var payoutCounts: [String: Int64] = [:]
            for row in try session.execute("SELECT state, count(*) FROM payouts GROUP BY state") {
                payoutCounts[try row.text(0)] = try row.integer(1)
            }
            return LedgerAudit(
                sums: try sums(session),
                payoutCounts: payoutCounts,
                checked: queries.flatMap(\.checks) + read.map(\.0),
                findings: findings
            )
        }
    }

    /// What no query can tell: it is counted here, from the bytes that are kept.
    private static func readings(
        _ scope: Scope,
        _ session: PostgresSession
    ) throws(PostgresError) -> [(LedgerCheck, LedgerFinding?)] {
        let transactions = (LedgerCheck.transactionWrong, try TransactionAudit(session: session).finding(scope))
        return switch scope {
        case .books: [transactions]
        case .everything: [transactions, (.rootWrong, try RootAudit(session: session).finding())]
        }
    }

    static func sums(_ session: PostgresSession) throws(PostgresError) -> [Bucket: Int64] {
        var sums = [Bucket: Int64](uniqueKeysWithValues: Bucket.allCases.map { ($0, 0) })
        for row in try session.execute("SELECT bucket, sum(balance) FROM balances GROUP BY bucket") {
            guard let bucket = Bucket(rawValue: try row.text(0)) else { throw .unreadable("a bucket") }
            sums[bucket] = try row.integer(1)
        }
        return sums
    }

    private static func findings(_ query: LedgerQuery, _ session: PostgresSession) throws(PostgresError)
        -> [LedgerFinding]
    {
        let rows = try session.execute(
            """
            SELECT name, count, wrong FROM (
                SELECT name, wrong, count(*) OVER (PARTITION BY name) AS count,
                    row_number() OVER (PARTITION BY name) AS place
                FROM (\(query.sql)) AS found (name, wrong)
            ) AS numbered WHERE place <= $1 ORDER BY name, place
            """,
            [.integer(Int64(LedgerFinding.rowCountMax))]
        )
        var found: [LedgerCheck: (count: Int, rows: [String])] = [:]
        for row in rows {
            guard let check = LedgerCheck(rawValue: try row.text(0)) else { throw .unreadable("a check's name") }
            let count: Int = try row.integer(1)
            found[check, default: (count, [])].rows.append(try row.text(2))
        }
        return query.checks.compactMap { check in
            found[check].map { LedgerFinding(check: check, count: $0.count, rows: $0.rows) }
        }
    }
}
