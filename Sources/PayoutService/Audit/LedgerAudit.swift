package import Ledger
package import PostgresClient

/// Whether the books are right: everything that must hold, counted again from what was written down.
package struct LedgerAudit: Sendable {
    /// How far to look.
    package enum Scope: Sendable {
        /// Money, blocks and payouts, and whether slices fit each other: seconds.
        case books
        /// Also what was added up, against every share that is kept: minutes for a hundred million. Of transactions and roots
        /// of long ago only the next part, so that all have their turn.
        case inTurn
        /// Also all transactions and roots ever.
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

    /// Counts in one snapshot; what is read from bytes that never change is read after that, in short ones.
    package static func run(
        _ pool: ConnectionPool,
        _ scope: Scope = .everything
    ) async throws(PostgresError) -> LedgerAudit {
        var audit = try await pool.snapshot { session throws(PostgresError) in try count(scope, session) }
        audit.add(.transactionWrong, try await TransactionAudit(pool: pool).finding(scope))
        switch scope {
        case .books: break
        case .inTurn, .everything: audit.add(.rootWrong, try await RootAudit(pool: pool).finding(scope))
        }
        return audit
    }

    private static func count(_ scope: Scope, _ session: PostgresSession) throws(PostgresError) -> LedgerAudit {
        // Compiling so many expressions takes longer than they do.
        try session.run("SET LOCAL jit TO off")
        let queries = LedgerQueries.queries(scope)
        var findings: [LedgerFinding] = []
        for query in queries { findings += try Self.findings(query, session) }
        var payoutCounts: [String: Int64] = [:]
        for row in try session.execute("SELECT state, count(*) FROM payouts GROUP BY state") {
            payoutCounts[try row.text(0)] = try row.integer(1)
        }
        return LedgerAudit(
            sums: try sums(session),
            payoutCounts: payoutCounts,
            checked: queries.flatMap(\.checks),
            findings: findings
        )
    }

    private mutating func add(_ check: LedgerCheck, _ finding: LedgerFinding?) {
        checked.append(check)
        if let finding { add(finding) }
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
