internal import Hashing
internal import Ledger
internal import Messages
internal import MiningDomain
internal import PostgresClient

/// What people see of the pool.
struct PoolStatements: Sendable {
    /// Blocks in one statement.
    static let blockCountMax: UInt32 = 100

    let pool: ConnectionPool

    func statement(blockCount: UInt32, nowMs: Int64) async throws(PostgresError) -> PoolStatement {
        try await pool.snapshot { session throws(PostgresError) in
            let work = try session.execute(
                """
                WITH tail AS (
                    SELECT count(*) AS accepted, coalesce(sum(work), 0) AS work FROM shares
                    WHERE seq > (SELECT value::bigint FROM meta WHERE key = 'rolled_up_seq'))
                SELECT tail.accepted + (SELECT coalesce(sum(accepted), 0) FROM worker_counters),
                    tail.work + (SELECT coalesce(sum(work), 0) FROM work_minutes WHERE minute > $1)
                FROM tail
                """,
                [.integer(RecentWork.start(nowMs: nowMs))]
            )[0]
            return PoolStatement(
                blocks: try blocks(count: min(blockCount, Self.blockCountMax), session),
                shares: try work.integer(0),
                recentWork: UInt64(clamping: try work.integer(1, as: UInt128.self)),
                sums: try LedgerAudit.sums(session).sorted { $0.key.rawValue < $1.key.rawValue }.map {
                    LedgerSum(bucket: $0.key.rawValue, balance: $0.value)
                }
            )
        }
    }

    private func blocks(count: UInt32, _ session: PostgresSession) throws(PostgresError) -> [BlockEntry] {
        try session.execute(
            """
            SELECT height, hash, state, stage, reward, found_at_ms, confirmations, proof_root,
                coalesce(address, ''), finder_worker, network_work
            FROM blocks LEFT JOIN accounts ON account_id = finder_account_id
            ORDER BY found_at_ms DESC, height DESC LIMIT $1
            """,
            [.integer(Int64(count))]
        ).map { row throws(PostgresError) in
            guard let stage = BlockMoney.Stage(rawValue: try row.text(3)) else { throw .unreadable("a block's stage") }
            return BlockEntry(
                height: try row.integer(0),
                hash: try row.hash(1).bytes,
                state: BlockState(name: try row.text(2)),
                stage: BlockStage(stage),
                reward: try row.integer(4),
                foundAtMs: try row.integer(5),
                confirmations: try row.integer(6),
                finder: try row.text(8),
                finderWorker: try row.text(9),
                networkWork: Work(hashes: try row.integer(10)).bytes,
                proofRoot: try row.hashIfAny(7)?.bytes ?? []
            )
        }
    }
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
