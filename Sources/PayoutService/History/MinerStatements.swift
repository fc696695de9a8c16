internal import Hashing
internal import Ledger
internal import Messages
internal import PostgresClient

/// What a miner sees of the books.
struct MinerStatements: Sendable {
    /// Payouts in one statement.
    private static let payoutCountMax: Int64 = 100

    let pool: ConnectionPool

    func statement(of account: AccountName, worker: String, nowMs: Int64) async throws(PostgresError) -> MinerStatement
    {
        try await pool.snapshot { session throws(PostgresError) in
            var statement = MinerStatement()
            guard let number = try AccountRecord.number(of: account, session) else { return statement }
            try readWork(of: number, worker, nowMs: nowMs, into: &statement, session)
            try readMoney(of: number, into: &statement, session)
            return statement
        }
    }

    private func readWork(
        of account: Int32,
        _ worker: String,
        nowMs: Int64,
        into statement: inout MinerStatement,
        _ session: PostgresSession
    ) throws(PostgresError) {
        let row = try session.execute(
            """
            WITH mine AS (SELECT worker_id FROM workers WHERE account_id = $1 AND ($2 = '' OR name = $2)),
            tail AS (
                SELECT count(*) AS accepted, coalesce(sum(work), 0) AS work
                FROM shares JOIN clients USING (client_number) JOIN mine USING (worker_id)
                WHERE seq > (SELECT value::bigint FROM meta WHERE key = 'rolled_up_seq') AND account_id = $1),
            counted AS (
                SELECT coalesce(sum(accepted), 0) AS accepted, coalesce(sum(stale), 0) AS stale,
                    coalesce(sum(refused), 0) AS refused
                FROM worker_counters JOIN mine USING (worker_id)),
            recent AS (
                SELECT coalesce(sum(work), 0) AS work FROM work_minutes JOIN mine USING (worker_id)
                WHERE minute > $3)
            SELECT tail.accepted + counted.accepted, counted.refused, counted.stale, tail.work + recent.work
            FROM tail, counted, recent
            """,
            [.integer32(account), .text(worker), .integer(RecentWork.start(nowMs: nowMs))]
        )[0]
        statement.accepted = try row.integer(0)
        statement.rejected = try row.integer(1)
        statement.stale = try row.integer(2)
        statement.recentWork = UInt64(clamping: try row.integer(3, as: UInt128.self))
    }

    private func readMoney(
        of account: Int32,
        into statement: inout MinerStatement,
        _ session: PostgresSession
    ) throws(PostgresError) {
        let balances = try session.execute(
            "SELECT bucket, balance FROM balances WHERE account_id = $1",
            [.integer32(account)]
        )
        for row in balances {
            let bucket = Bucket(rawValue: try row.text(0))
            switch bucket {
            case .immature: statement.immature = try row.integer(1)
            case .confirmed, .reserved: statement.confirmed += try row.integer(1, as: UInt64.self)
            case .paid: statement.paid = try row.integer(1)
            case .debt: statement.debt = try row.integer(1, as: Int64.self).magnitude  // never above zero
            case .fee, .chain, .networkFee, nil: throw .unreadable("a miner's bucket")
            }
        }
        statement.payouts = try session.execute(
            """
            SELECT txid, payout_outputs.amount - coalesce(payout_fee_parts.amount, 0), state, created_at_ms
            FROM payout_outputs JOIN payouts USING (payout_id)
                LEFT JOIN payout_fee_parts USING (payout_id, account_id)
            WHERE account_id = $1 ORDER BY payout_id DESC LIMIT $2
            """,
            [.integer32(account), .integer(Self.payoutCountMax)]
        ).map { row throws(PostgresError) in
            PayoutEntry(
                txid: try row.hashIfAny(0)?.displayHex ?? "",
                amount: try row.integer(1),
                state: try row.text(2),
                createdAtMs: try row.integer(3)
            )
        }
    }
}
