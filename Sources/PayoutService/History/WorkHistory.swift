internal import BlockFormat
internal import Ledger
internal import Messages
internal import MiningDomain
internal import PostgresClient

/// What is remembered of work, for people to look at: exact at every moment, as the roll-up and what is newer say it.
struct WorkHistory: Sendable {
    static let workerCountMax: Int64 = 1_000
    static let hourCountMax: UInt32 = 720
    private static let slotMs = WorkRollup.sampleMinutes * 60_000

    let pool: ConnectionPool

    /// Those workers of an account that sent a share last, or none of an account that nobody has heard of.
    func account(_ account: AccountName, nowMs: Int64) async throws(PostgresError) -> AccountFigures {
        let rows = try await pool.snapshot { session throws(PostgresError) in
            try session.execute(
                """
                WITH mine AS (
                    SELECT worker_id, name FROM workers JOIN accounts USING (account_id) WHERE address = $1),
                tail AS (
                    SELECT worker_id, count(*) AS accepted, max(judged_at_ms) AS newest,
                        sum(work) FILTER (WHERE judged_at_ms / 60000 > $2) AS work
                    FROM shares JOIN clients USING (client_number)
                    WHERE seq > (SELECT value::bigint FROM meta WHERE key = 'rolled_up_seq')
                        AND account_id = (SELECT account_id FROM accounts WHERE address = $1)
                    GROUP BY worker_id)
                SELECT name, coalesce(counters.accepted, 0) + coalesce(tail.accepted, 0), coalesce(stale, 0),
                    coalesce(refused, 0), greatest(last_share_ms, newest, 0) AS last_share,
                    coalesce(tail.work, 0) + coalesce((
                        SELECT sum(work) FROM work_minutes
                        WHERE work_minutes.worker_id = mine.worker_id AND minute > $2), 0)
                FROM mine LEFT JOIN worker_counters AS counters USING (worker_id) LEFT JOIN tail USING (worker_id)
                ORDER BY last_share DESC, name LIMIT $3
                """,
                [.text(account.description), .integer(RecentWork.start(nowMs: nowMs)), .integer(Self.workerCountMax)]
            )
        }
        let workers = try rows.map { row throws(PostgresError) in
            WorkerFigures(
                name: try row.text(0),
                accepted: try row.integer(1),
                stale: try row.integer(2),
                rejected: try row.integer(3),
                lastShareAtMs: try row.integer(4),
                hashrate: UInt64(clamping: try row.integer(5, as: UInt128.self) / RecentWork.seconds)
            )
        }
        return AccountFigures(lastShareAtMs: workers.first?.lastShareAtMs ?? 0, workers: workers)
    }

    /// How fast an account's worker was, or all of them, or without an account the pool.
    func samples(
        of account: AccountName?,
        worker: String,
        hours: UInt32,
        nowMs: Int64
    ) async throws(PostgresError) -> Samples {
        let scope: Int32 = account == nil ? 0 : worker.isEmpty ? 1 : 2
        let slotCount = Int64(min(hours, Self.hourCountMax)) * 60 / WorkRollup.sampleMinutes
        let rows = try await pool.snapshot { session throws(PostgresError) in
            try session.execute(
                """
                WITH asked AS (
                    SELECT 0 AS id WHERE $1 = 0
                    UNION ALL SELECT account_id FROM accounts WHERE $1 = 1 AND address = $2
                    UNION ALL SELECT worker_id FROM workers JOIN accounts USING (account_id)
                        WHERE $1 = 2 AND address = $2 AND name = $3),
                tail AS (
                    SELECT judged_at_ms / $5 AS slot, 1 AS accepted, work FROM shares JOIN clients USING (client_number)
                    WHERE seq > (SELECT value::bigint FROM meta WHERE key = 'rolled_up_seq') AND CASE $1
                        WHEN 0 THEN true
                        WHEN 1 THEN account_id = (SELECT id FROM asked)
                        ELSE worker_id = (SELECT id FROM asked) END),
                counted AS (
                    SELECT slot, accepted, work FROM work_samples JOIN asked USING (id) WHERE scope = $1 AND slot > $4
                    UNION ALL SELECT slot, accepted, work FROM tail WHERE slot > $4)
                SELECT slot, sum(accepted), sum(work) FROM counted GROUP BY slot ORDER BY slot
                """,
                [
                    .integer32(scope), .text(account?.description ?? ""), .text(worker),
                    .integer(nowMs / Self.slotMs - slotCount), .integer(Self.slotMs),
                ]
            )
        }
        return Samples(
            samples: try rows.map { row throws(PostgresError) in
                Sample(
                    atMs: UInt64(try row.integer(0, as: Int64.self) * Self.slotMs),
                    shares: try row.integer(1),
                    hashrate: UInt64(clamping: try row.integer(2, as: UInt128.self) / UInt128(Self.slotMs / 1_000))
                )
            }
        )
    }
}
