internal import PostgresClient
internal import ServiceRuntime

/// Makes the partitions of days to come, and drops those of days whose audit period is over.
struct ShareRetention: Service {
    private static let interval = Duration.seconds(600)
    /// How long a drop may wait for those who record or read, during which others wait behind it.
    private static let lockTimeoutMs = 200

    let name = "share-retention"

    private let pool: ConnectionPool
    private let auditDays: Int
    private let surroundings: Surroundings
    private let dayCount: Gauge

    init(_ pool: ConnectionPool, auditDays: Int, surroundings: Surroundings) {
        self.pool = pool
        self.auditDays = auditDays
        self.surroundings = surroundings
        dayCount = surroundings.metrics.gauge(
            "lode_ledger_share_days",
            help: "Days whose shares are kept, with those made ahead."
        )
    }

    func run() async throws {
        while !Task.isCancelled {
            do throws(PostgresError) {
                try await runOnce()
            } catch {
                surroundings.log.warning("days of shares not tended", ["error": "\(error)"])
            }
            try? await surroundings.clock.sleep(for: Self.interval)
        }
    }

    func runOnce() async throws(PostgresError) {
        let kept = ShareDayRange(nowMs: surroundings.clock.unixMilliseconds, auditDays: auditDays).days
        for day in kept.suffix(1 + ShareDayRange.daysAhead) {
            try await pool.execute("SELECT make_share_day($1)", [.integer32(Int32(day))])
        }
        for day in try await days() where day < kept.lowerBound { try await drop(day) }
        if try await isUntimedOver(before: kept.lowerBound) { try await drop(0) }
        dayCount.set(Int64(try await days().count))
    }

    /// Days that have a partition, but for day 0, which always has one.
    func days() async throws(PostgresError) -> [Int] {
        try await pool.execute(
            """
            SELECT substr(relname, 8)::integer FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
            WHERE inhparent = 'shares'::regclass AND relname <> 'shares_untimed' ORDER BY 1
            """
        ).map { row throws(PostgresError) in try row.integer(0) }
    }

    /// Whether even the newest of the shares without a day is too old.
    private func isUntimedOver(before day: Int) async throws(PostgresError) -> Bool {
        let newest = try await pool.execute("SELECT judged_at_ms FROM shares_untimed ORDER BY seq DESC LIMIT 1")
        guard let row = newest.first else { return false }
        return try row.integer(0, as: Int64.self) < Int64(day) * Int64(ShareDayRange.secondsPerDay) * 1_000
    }

    /// Whoever is busy with the shares goes first: then it is tried again at the next time.
    private func drop(_ day: Int) async throws(PostgresError) {
        let isDropped = try await pool.transaction { session throws(PostgresError) in
            try session.run("SET LOCAL lock_timeout TO \(Self.lockTimeoutMs)")
            return try session.execute("SELECT drop_share_day($1)", [.integer32(Int32(day))])[0].boolean(0)
        }
        if isDropped { surroundings.log.info("a day of shares dropped", ["day": day]) }
    }
}
