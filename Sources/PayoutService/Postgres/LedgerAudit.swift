package import Ledger
package import PostgresClient

/// Whether the books are right: everything that must hold, counted again from the transfers.
package struct LedgerAudit: Sendable {
    /// Each bucket's balance over all accounts; together zero.
    package let sums: [Bucket: Int64]
    /// How many payouts are in each state.
    package let payoutCounts: [String: Int64]
    /// What is wrong, in words; empty when the books are right.
    package let findings: [String]

    package var imbalance: Int64 { sums.values.reduce(0, +) }

    /// Reads everything in one snapshot.
    package static func run(_ pool: ConnectionPool) async throws(PostgresError) -> LedgerAudit {
        try await pool.transaction { session throws(PostgresError) in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let sums = try sums(session)
            var findings: [String] = []
            let total = sums.values.reduce(0, +)
            if total != 0 { findings.append("the balances sum to \(total) instead of zero") }
            for (sql, words) in checks {
                let wrong: Int64 = try session.execute(sql)[0].integer(0)
                if wrong != 0 { findings.append("\(words): \(wrong)") }
            }
            var payoutCounts: [String: Int64] = [:]
            for row in try session.execute("SELECT state, count(*) FROM payouts GROUP BY state") {
                payoutCounts[try row.text(0)] = try row.integer(1)
            }
            return LedgerAudit(sums: sums, payoutCounts: payoutCounts, findings: findings)
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

    /// Each gives a number that is zero when all is well.
    private static let checks: [(sql: String, words: String)] = [
        (
            """
            SELECT count(*) FROM (
                SELECT account_id, bucket, sum(amount) AS balance FROM (
                    SELECT debit_account_id, debit_bucket, -amount FROM transfers
                    UNION ALL SELECT credit_account_id, credit_bucket, amount FROM transfers
                ) AS entries (account_id, bucket, amount) GROUP BY account_id, bucket
            ) AS counted FULL JOIN balances USING (account_id, bucket)
            WHERE coalesce(counted.balance, 0) <> coalesce(balances.balance, 0)
            """,
            "balances that are not what their transfers say"
        ),
        (
            "SELECT count(*) FROM balances WHERE account_id <> 0 AND CASE bucket WHEN 'debt' THEN balance > 0 ELSE balance < 0 END",
            "miners' balances on the wrong side of zero"
        ),
        (
            """
            SELECT coalesce((SELECT sum(balance) FROM balances WHERE bucket = 'chain'), 0)
                + coalesce((SELECT sum(reward) FROM blocks WHERE stage IN ('immature', 'confirmed')), 0)
            """,
            "units of credited blocks that the chain account does not show"
        ),
        (
            """
            SELECT count(*) FROM (
                SELECT account_id, sum(amount) AS amount FROM payout_outputs JOIN payouts USING (payout_id)
                WHERE state NOT IN ('confirmed', 'cancelled') GROUP BY account_id
            ) AS open FULL JOIN (SELECT * FROM balances WHERE bucket = 'reserved') AS held USING (account_id)
            WHERE coalesce(amount, 0) <> coalesce(balance, 0)
            """,
            "accounts whose reserved money is not what open payouts will pay"
        ),
        (
            """
            SELECT count(*) FROM (
                SELECT account_id, sum(amount) AS amount FROM payout_outputs JOIN payouts USING (payout_id)
                WHERE state = 'confirmed' GROUP BY account_id
            ) AS done FULL JOIN (SELECT * FROM balances WHERE bucket = 'paid') AS held USING (account_id)
            WHERE coalesce(amount, 0) <> coalesce(balance, 0)
            """,
            "accounts whose paid money is not what confirmed payouts paid"
        ),
        (
            """
            SELECT coalesce((SELECT sum(balance) FROM balances WHERE bucket = 'network_fee'), 0)
                - coalesce((SELECT sum(network_fee) FROM payouts WHERE state = 'confirmed'), 0)
            """,
            "units of network fees that confirmed payouts did not pay"
        ),
    ]
}
