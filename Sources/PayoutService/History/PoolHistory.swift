internal import Ledger
internal import Messages
internal import MiningDomain
internal import PostgresClient

/// The pool in a few numbers, and who found its blocks.
struct PoolHistory: Sendable {
    static let finderCountMax: UInt32 = 100

    let pool: ConnectionPool

    func figures(nowMs: Int64) async throws(PostgresError) -> PoolFigures {
        try await pool.snapshot { session throws(PostgresError) in
            let row = try session.execute(
                """
                SELECT (SELECT count(*) - 1 FROM accounts),
                    (SELECT count(DISTINCT worker_id) FROM work_minutes WHERE minute > $1),
                    coalesce(max(found_at_ms), 0), count(*),
                    coalesce((SELECT sum(balance) FROM balances WHERE bucket = 'paid'), 0),
                    (SELECT count(*) FROM payouts WHERE \(PayoutAttempt.State.isOpen))
                FROM blocks WHERE stage NOT IN ('rejected', 'orphaned')
                """,
                [.integer(RecentWork.start(nowMs: nowMs))]
            )[0]
            return PoolFigures(
                roundWork: try roundWork(session).bytes,
                accounts: try row.integer(0),
                workers: try row.integer(1),
                lastBlockAtMs: try row.integer(2),
                blocks: try row.integer(3),
                paid: try row.integer(4),
                payoutsPending: try row.integer(5),
                nodes: try NodeStates.all(session)
            )
        }
    }

    /// Of the round that is under way: by whole slices, and single shares at both ends, without a look at anybody's part.
    private func roundWork(_ session: PostgresSession) throws(PostgresError) -> Work {
        let row = try session.execute(
            """
            WITH RECURSIVE done AS (SELECT value::bigint AS seq FROM meta WHERE key = 'rolled_up_seq'),
            walk (first_seq, work) AS (
                SELECT seq + 1, 0::numeric FROM done
                UNION ALL
                SELECT span.first_seq, span.work FROM walk CROSS JOIN LATERAL (
                    SELECT * FROM work_spans WHERE last_seq = walk.first_seq - 1 AND first_seq > $1
                    ORDER BY level DESC LIMIT 1
                ) AS span)
            SELECT coalesce(sum(work), 0)
                + (SELECT coalesce(sum(work), 0) FROM shares WHERE seq > greatest($1, (SELECT seq FROM done)))
                + (SELECT coalesce(sum(work), 0) FROM shares WHERE seq > $1 AND seq < (SELECT min(first_seq) FROM walk))
            FROM walk
            """,
            [.integer(try WorkReader(session: session).roundEnd())]
        )[0]
        return Work(hashes: try row.integer(0))
    }

    func finders(count: UInt32) async throws(PostgresError) -> Finders {
        let rows = try await pool.execute(
            """
            SELECT address, count(*) FILTER (WHERE stage NOT IN ('rejected', 'orphaned')) AS found,
                count(*) FILTER (WHERE stage = 'orphaned'), max(found_at_ms)
            FROM blocks JOIN accounts ON account_id = finder_account_id
            GROUP BY address ORDER BY found DESC, address LIMIT $1
            """,
            [.integer(Int64(min(count, Self.finderCountMax)))]
        )
        return Finders(
            finders: try rows.map { row throws(PostgresError) in
                Finder(
                    address: try row.text(0),
                    blocks: try row.integer(1),
                    orphaned: try row.integer(2),
                    lastBlockAtMs: try row.integer(3)
                )
            }
        )
    }
}
