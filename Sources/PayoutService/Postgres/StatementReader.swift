internal import Hashing
internal import Ledger
internal import Messages
internal import MiningDomain
internal import PostgresClient

/// What miners and people see of the books.
struct StatementReader: Sendable {
    /// Payouts in one statement.
    private static let payoutCountMax: Int64 = 100
    /// Blocks in one statement.
    static let blockCountMax: UInt32 = 100
    /// What "recent" work is: minutes.
    private static let recentMinutes: Int64 = 10

    let pool: ConnectionPool

    func miner(_ account: AccountName, worker: String, nowMs: Int64) async throws(PostgresError) -> MinerStatement {
        try await pool.transaction { session throws(PostgresError) in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            var statement = MinerStatement()
            let found = try session.execute(
                "SELECT account_id FROM accounts WHERE address = $1",
                [.text(account.description)]
            )
            guard let number = try found.first?.integer(0, as: Int32.self) else { return statement }
            try readWork(of: number, worker, nowMs: nowMs, into: &statement, session)
            try readMoney(of: number, into: &statement, session)
            return statement
        }
    }

    func pool(blockCount: UInt32, nowMs: Int64) async throws(PostgresError) -> PoolStatement {
        try await pool.transaction { session throws(PostgresError) in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let work = try session.execute(
                """
                WITH tail AS (
                    SELECT count(*) AS accepted, coalesce(sum(work), 0) AS work FROM shares
                    WHERE seq > (SELECT value::bigint FROM meta WHERE key = 'rolled_up_seq'))
                SELECT tail.accepted + (SELECT coalesce(sum(accepted), 0) FROM worker_counters),
                    tail.work + (SELECT coalesce(sum(work), 0) FROM work_minutes WHERE minute > $1)
                FROM tail
                """,
                [.integer(nowMs / 60_000 - Self.recentMinutes)]
            )[0]
            return PoolStatement(
                blocks: try blocks(count: min(blockCount, Self.blockCountMax), session),
                shares: try work.integer(0),
                recentWork: try work.integer(1, as: UInt128.self).clamped,
                sums: try LedgerAudit.sums(session).sorted { $0.key.rawValue < $1.key.rawValue }.map {
                    LedgerSum(bucket: $0.key.rawValue, balance: $0.value)
                }
            )
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
            [.integer32(account), .text(worker), .integer(nowMs / 60_000 - Self.recentMinutes)]
        )[0]
        statement.accepted = try row.integer(0)
        statement.rejected = try row.integer(1)
        statement.stale = try row.integer(2)
        statement.recentWork = try row.integer(3, as: UInt128.self).clamped
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
            SELECT coalesce(txid, ''), payout_outputs.amount - coalesce(payout_fee_parts.amount, 0), state, created_at_ms
            FROM payout_outputs JOIN payouts USING (payout_id)
                LEFT JOIN payout_fee_parts USING (payout_id, account_id)
            WHERE account_id = $1 ORDER BY payout_id DESC LIMIT $2
            """,
            [.integer32(account), .integer(Self.payoutCountMax)]
        ).map { row throws(PostgresError) in
            PayoutEntry(
                txid: Hex.string(try row.bytes(0).reversed()),
                amount: try row.integer(1),
                state: try row.text(2),
                createdAtMs: try row.integer(3)
            )
        }
    }

    private func blocks(count: UInt32, _ session: PostgresSession) throws(PostgresError) -> [BlockEntry] {
        try session.execute(
            """
            SELECT height, hash, state, stage, reward, found_at_ms, confirmations, coalesce(proof_root, ''),
                coalesce(address, ''), finder_worker, network_work
            FROM blocks LEFT JOIN accounts ON account_id = finder_account_id
            ORDER BY found_at_ms DESC, height DESC LIMIT $1
            """,
            [.integer(Int64(count))]
        ).map { row throws(PostgresError) in
            guard let stage = BlockMoney.Stage(rawValue: try row.text(3)) else { throw .unreadable("a block's stage") }
            return BlockEntry(
                height: try row.integer(0),
                hash: try row.bytes(1),
                state: BlockState(name: try row.text(2)),
                stage: BlockStage(stage),
                reward: try row.integer(4),
                foundAtMs: try row.integer(5),
                confirmations: try row.integer(6),
                finder: try row.text(8),
                finderWorker: try row.text(9),
                networkWork: Work(hashes: try row.integer(10)).bytes,
                proofRoot: try row.bytes(7)
            )
        }
    }
}

extension UInt128 {
    fileprivate var clamped: UInt64 { UInt64(clamping: self) }
}

extension BlockStage {
    init(_ stage: BlockMoney.Stage) {
        self =
            switch stage {
            case .candidate: .candidate
            case .immature: .immature
            case .confirmed: .confirmed
            case .orphaned: .orphaned
            case .rejected: .rejected
            }
    }
}
