internal import PostgresClient
internal import ServiceRuntime

/// Adds up shares into slices, minutes and counters, so that nobody needs to read them all.
///
/// Everything is exact at every moment: readers add what is newer than the roll-up from the shares themselves.
struct WorkRollup: Service {
    /// Fewer shares are left for readers to add up: it costs them little, and slices stay few.
    static let shareCountMin: Int64 = 1_000
    /// Shares added up in one transaction.
    static let shareCountMax: Int64 = 100_000
    /// How long the minutes are kept: what "recent" means, with room.
    private static let minuteCountMax: Int64 = 24 * 60
    /// Minutes of one sample.
    static let sampleMinutes: Int64 = 10
    /// Samples of one worker, of one account, and of the pool: 30 days.
    static let sampleCountMax: Int64 = 30 * 24 * 6
    private static let interval = Duration.seconds(2)

    let name = "work-rollup"

    private let pool: ConnectionPool
    private let compaction: WorkCompaction
    private let surroundings: Surroundings

    init(_ pool: ConnectionPool, surroundings: Surroundings) {
        self.pool = pool
        compaction = WorkCompaction(pool: pool)
        self.surroundings = surroundings
    }

    func run() async throws {
        var prunedSlot: UInt64 = 0
        while !Task.isCancelled {
            do throws(PostgresError) {
                while try await rollUp(atLeast: Self.shareCountMin) {}
                while try await compaction.compact(), !Task.isCancelled {}
                let slot = surroundings.clock.unixMilliseconds / 60_000 / UInt64(Self.sampleMinutes)
                if slot != prunedSlot {
                    try await prune()
                    prunedSlot = slot
                }
            } catch {
                surroundings.log.warning("shares not added up", ["error": "\(error)"])
            }
            try? await surroundings.clock.sleep(for: Self.interval)
        }
    }

    /// - Returns: Whether there may be more to add up.
    func rollUp(atLeast countMin: Int64) async throws(PostgresError) -> Bool {
        let newest = try await settledSeq()
        let now = surroundings.nowMs
        return try await pool.transaction { session throws(PostgresError) in
            let done: Int64 = try session.execute("SELECT value FROM meta WHERE key = 'rolled_up_seq' FOR UPDATE")[0]
                .integer(0)
            guard newest - done >= max(1, countMin) else { return false }
            let last = min(newest, done + Self.shareCountMax)
            try add(from: done + 1, to: last, session)
            try session.execute(
                "UPDATE meta SET value = $1 WHERE key = 'rolled_up_seq'",
                [.text(String(last))]
            )
            try session.execute(
                "DELETE FROM work_minutes WHERE minute < $1",
                [.integer(now / 60_000 - Self.minuteCountMax)]
            )
            return last < newest
        }
    }

    /// - Returns: A number at or below which every share that will ever be there is there.
    ///
    /// Numbers are given before they are committed, so the newest may overtake others. Whoever records holds a shared
    /// lock until the commit: once this holds it alone, nothing is on its way.
    private func settledSeq() async throws(PostgresError) -> Int64 {
        try await pool.transaction { session throws(PostgresError) in
            try session.execute("SELECT pg_advisory_xact_lock($1)", [.integer(LockKey.shareNumbers)])
            return try session.execute(
                "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM share_sequence"
            )[0].integer(0)
        }
    }

    private func add(from first: Int64, to last: Int64, _ session: PostgresSession) throws(PostgresError) {
        let range: [PostgresParameter] = [.integer(first), .integer(last)]
        try session.execute(
            """
            WITH slice AS (
                INSERT INTO work_slices (last_seq, account_id, first_seq, work)
                SELECT $2, account_id, $1, sum(work) FROM shares WHERE seq BETWEEN $1 AND $2 GROUP BY account_id
                RETURNING work)
            INSERT INTO work_spans (last_seq, level, first_seq, work) SELECT $2, 0, $1, coalesce(sum(work), 0) FROM slice
            """,
            range
        )
        try session.execute(
            """
            WITH counted AS MATERIALIZED (
                SELECT judged_at_ms / 60000 AS minute, worker_id, count(*) AS accepted, sum(work) AS work,
                    max(judged_at_ms) AS newest
                FROM shares JOIN clients USING (client_number) WHERE seq BETWEEN $1 AND $2 GROUP BY 1, 2),
            minutes AS (
                INSERT INTO work_minutes (minute, worker_id, accepted, work)
                SELECT minute, worker_id, accepted, work FROM counted ORDER BY 1, 2
                ON CONFLICT (minute, worker_id) DO UPDATE SET
                    accepted = work_minutes.accepted + excluded.accepted, work = work_minutes.work + excluded.work),
            counters AS (
                INSERT INTO worker_counters (worker_id, accepted, last_share_ms)
                SELECT worker_id, sum(accepted), max(newest) FROM counted GROUP BY 1 ORDER BY 1
                ON CONFLICT (worker_id) DO UPDATE SET
                    accepted = worker_counters.accepted + excluded.accepted,
                    last_share_ms = greatest(worker_counters.last_share_ms, excluded.last_share_ms)),
            sampled (scope, id, slot, accepted, work) AS (
                SELECT 0, 0, minute / \(Self.sampleMinutes), accepted, work FROM counted
                UNION ALL
                SELECT 1, account_id, minute / \(Self.sampleMinutes), accepted, work
                FROM counted JOIN workers USING (worker_id)
                UNION ALL
                SELECT 2, worker_id, minute / \(Self.sampleMinutes), accepted, work FROM counted)
            INSERT INTO work_samples (scope, id, slot, accepted, work)
            SELECT scope, id, slot, sum(accepted), sum(work) FROM sampled GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            ON CONFLICT (scope, id, slot) DO UPDATE SET
                accepted = work_samples.accepted + excluded.accepted, work = work_samples.work + excluded.work
            """,
            range
        )
    }

    /// Removes the samples of times long past.
    ///
    /// - Returns: How many.
    @discardableResult
    func prune() async throws(PostgresError) -> Int {
        let now = surroundings.nowMs
        return try await pool.execute(
            "WITH gone AS (DELETE FROM work_samples WHERE slot < $1 RETURNING 1) SELECT count(*) FROM gone",
            [.integer(now / 60_000 / Self.sampleMinutes - Self.sampleCountMax)]
        )[0].integer(0)
    }
}
