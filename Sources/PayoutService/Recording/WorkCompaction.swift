internal import PostgresClient

/// Adds up slices into larger ones, by powers of ten, and removes those that are finer than anybody needs.
///
/// What a window gives does not change: a finer slice goes only when so much has come after it that a window's end cannot
/// be told apart by it; see `WindowReader`.
struct WorkCompaction: Sendable {
    /// Shares in a slice of level 1, 2 and so on.
    static let standardUnits: [Int64] = [1_000_000, 10_000_000, 100_000_000]
    /// Slices that a larger one was made of stay until so many times its shares are newer.
    static let standardKeptFactor: Int64 = 100

    let pool: ConnectionPool
    var units = Self.standardUnits
    var keptFactor = Self.standardKeptFactor

    /// Makes one slice of each level, and removes what one is made of, where it is time.
    ///
    /// - Returns: Whether there may be more to do.
    func compact() async throws(PostgresError) -> Bool {
        var didAnything = false
        for (index, unit) in units.enumerated() {
            let level = Int16(index + 1)
            let (didMake, didRemove) = try await pool.transaction { session throws(PostgresError) in
                // Whoever adds up, and whoever reads a window, has this row meanwhile.
                let newest: Int64 = try session.execute(
                    "SELECT value FROM meta WHERE key = 'rolled_up_seq' FOR UPDATE"
                )[0]
                .integer(0)
                return (
                    try make(level, unit, newest: newest, session),
                    try removeFiner(level, unit, newest: newest, session)
                )
            }
            didAnything = didAnything || didMake || didRemove
        }
        return didAnything
    }

    /// The next slice of a level: all of the level below whose last share is in the same unit.
    private func make(
        _ level: Int16,
        _ unit: Int64,
        newest: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) -> Bool {
        let range = try session.execute(
            """
            WITH finer AS (
                SELECT first_seq, last_seq FROM work_spans
                WHERE level = $1 - 1 AND last_seq > (
                    SELECT coalesce(max(last_seq), 0) FROM work_spans WHERE level = $1)),
            next AS (SELECT (min(last_seq) - 1) / $2 AS unit FROM finer)
            SELECT min(first_seq), max(last_seq), min(last_seq) FROM finer, next
            WHERE (last_seq - 1) / $2 = next.unit AND (next.unit + 1) * $2 <= $3
            """,
            [.integer32(Int32(level)), .integer(unit), .integer(newest)]
        )[0]
        guard !range.isNull(0) else { return false }
        let parameters: [PostgresParameter] = [
            .integer32(Int32(level)), .integer(try range.integer(0)), .integer(try range.integer(1)),
            .integer(try range.integer(2)),
        ]
        try session.execute(
            """
            INSERT INTO work_slices (level, last_seq, account_id, first_seq, work)
            SELECT $1, $3, account_id, $2, sum(work) FROM work_slices
            WHERE level = $1 - 1 AND last_seq BETWEEN $4 AND $3 GROUP BY account_id
            """,
            parameters
        )
        try session.execute(
            """
            INSERT INTO work_spans (level, last_seq, first_seq, work)
            SELECT $1, $3, $2, sum(work) FROM work_spans WHERE level = $1 - 1 AND last_seq BETWEEN $4 AND $3
            """,
            parameters
        )
        return true
    }

    /// Removes the slices that the oldest slice of `level` was made of, once it is far enough back.
    private func removeFiner(
        _ level: Int16,
        _ unit: Int64,
        newest: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) -> Bool {
        let oldest = try session.execute(
            """
            SELECT min(coarse.last_seq) FROM work_spans AS coarse
            WHERE coarse.level = $1 AND coarse.last_seq <= $2
                AND coarse.last_seq >= (SELECT min(last_seq) FROM work_spans WHERE level = $1 - 1)
            """,
            [.integer32(Int32(level)), .integer(newest - keptFactor * unit)]
        )[0]
        guard !oldest.isNull(0) else { return false }
        let parameters: [PostgresParameter] = [.integer32(Int32(level)), .integer(try oldest.integer(0))]
        try session.execute("DELETE FROM work_slices WHERE level = $1 - 1 AND last_seq <= $2", parameters)
        try session.execute("DELETE FROM work_spans WHERE level = $1 - 1 AND last_seq <= $2", parameters)
        return true
    }
}
