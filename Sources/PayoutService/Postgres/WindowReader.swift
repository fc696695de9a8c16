internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Counts work from one share back to another, or until there is enough: by whole slices, the largest that fit, and by
/// single shares at both ends.
///
/// Where the shares of an end are dropped already, a part of their slice counts: as much work as is missing, or as its part
/// of the slice's numbers gives, divided among its accounts in proportion (`Apportionment`).
struct WindowReader {
    /// Ends that lie in a slice of more numbers are divided in proportion also while its shares are there.
    static let shareCountMax: Int64 = 2_000_000

    private struct Span {
        let level: Int16
        let first: Int64
        let last: Int64
        let work: UInt128

        init(_ row: PostgresRow) throws(PostgresError) {
            level = try row.integer(0)
            first = try row.integer(1)
            last = try row.integer(2)
            work = try row.integer(3)
        }
    }

    private let session: PostgresSession
    /// The share before the oldest that may count.
    private let after: Int64
    private var window: RewardWindow
    /// The newest share that was not yet counted.
    private var cursor: Int64

    /// The work up to share number `end`, back to, but without, number `after`, and no more than `size`.
    ///
    /// Nothing is added up or compacted until the transaction ends.
    static func read(
        _ session: PostgresSession,
        after: Int64 = 0,
        end: Int64,
        size: Work
    ) throws(PostgresError) -> RewardWindow {
        try session.execute("SELECT FROM meta WHERE key = 'rolled_up_seq' FOR SHARE")
        var reader = WindowReader(session: session, after: after, window: RewardWindow(size: size), cursor: end)
        while !reader.window.isFull && reader.cursor > after { try reader.advance() }
        return reader.window
    }

    private mutating func advance() throws(PostgresError) {
        guard try !takeSpans() else { return }
        guard let span = try span() else {
            let newest = try session.execute(
                "SELECT coalesce(max(last_seq), 0) FROM work_spans WHERE last_seq < $1",
                [.integer(cursor)]
            )
            return try takeShares(above: max(after, try newest[0].integer(0)))
        }
        let floor = max(after, span.first - 1)
        if try hasAllShares(of: span) { try takeShares(above: floor) } else { try takePart(of: span, above: floor) }
    }

    /// Counts whole slices from the cursor back, as long as they fit.
    ///
    /// - Returns: Whether there were any.
    private mutating func takeSpans() throws(PostgresError) -> Bool {
        let rows = try session.execute(
            """
            WITH RECURSIVE walk (level, last_seq, first_seq, missing) AS (
                SELECT -1::smallint, 0::bigint, $1::bigint + 1, $2::numeric
                UNION ALL
                SELECT span.level, span.last_seq, span.first_seq, walk.missing - span.work
                FROM walk CROSS JOIN LATERAL (
                    SELECT * FROM work_spans
                    WHERE last_seq = walk.first_seq - 1 AND first_seq > $3 AND work <= walk.missing
                    ORDER BY level DESC LIMIT 1
                ) AS span),
            summed AS (
                SELECT account_id, sum(work) AS work FROM walk JOIN work_slices USING (level, last_seq) GROUP BY account_id)
            SELECT address, work FROM summed JOIN accounts USING (account_id)
            UNION ALL SELECT NULL, min(first_seq) - 1 FROM walk
            """,
            [.integer(cursor), .numeric(window.missing.hashes), .integer(after)]
        )
        let before = cursor
        for row in rows {
            if row.isNull(0) { cursor = try row.integer(1) } else { try take(row) }
        }
        return cursor < before
    }

    /// The finest slice that the cursor is in.
    private func span() throws(PostgresError) -> Span? {
        let rows = try session.execute(
            """
            SELECT level, first_seq, last_seq, work FROM work_spans WHERE last_seq >= $1 ORDER BY last_seq, level LIMIT 1
            """,
            [.integer(cursor)]
        )
        guard let row = rows.first else { return nil }
        let span = try Span(row)
        return span.first <= cursor ? span : nil
    }

    private func hasAllShares(of span: Span) throws(PostgresError) -> Bool {
        guard span.last - span.first < Self.shareCountMax else { return false }
        return try session.execute(
            "SELECT coalesce(sum(work), 0) = $3 FROM shares WHERE seq BETWEEN $1 AND $2",
            [.integer(span.first), .integer(span.last), .numeric(span.work)]
        )[0].boolean(0)
    }

    /// Counts the shares from the cursor back to, but without, number `floor`, as long as they fit: of the oldest a part.
    private mutating func takeShares(above floor: Int64) throws(PostgresError) {
        let rows = try session.execute(
            """
            WITH counted AS (
                SELECT account_id, work, sum(work) OVER (ORDER BY seq DESC) - work AS newer FROM shares
                WHERE seq > $1 AND seq <= $2),
            summed AS (
                SELECT account_id, sum(least(work, $3 - newer)) AS work FROM counted WHERE newer < $3 GROUP BY account_id)
            SELECT address, work FROM summed JOIN accounts USING (account_id)
            """,
            [.integer(floor), .integer(cursor), .numeric(window.missing.hashes)]
        )
        for row in rows { try take(row) }
        cursor = floor
    }

    private mutating func takePart(of span: Span, above floor: Int64) throws(PostgresError) {
        let rows = try session.execute(
            """
            SELECT address, work FROM work_slices JOIN accounts USING (account_id) WHERE level = $1 AND last_seq = $2
            """,
            [.integer32(Int32(span.level)), .integer(span.last)]
        )
        var weights: [AccountName: Work] = [:]
        for row in rows {
            let (account, work) = try Self.entry(row)
            weights[account] = work
        }
        // Rounded down; no more than 2^64 a share, and so far below 2^128.
        let part =
            span.work / UInt128(span.last - span.first + 1) * UInt128(cursor - floor)
            + span.work % UInt128(span.last - span.first + 1) * UInt128(cursor - floor)
            / UInt128(span.last - span.first + 1)
        let whole = Work(hashes: min(part, window.missing.hashes))
        for (account, work) in Apportionment.parts(of: whole, by: weights) { window.take(work, of: account) }
        cursor = floor
    }

    private mutating func take(_ row: PostgresRow) throws(PostgresError) {
        let (account, work) = try Self.entry(row)
        window.take(work, of: account)
    }

    private static func entry(_ row: PostgresRow) throws(PostgresError) -> (AccountName, Work) {
        let text = try row.text(0)
        guard let name = AccountName(text) else { throw .unreadable("an account's name: \(text)") }
        return (name, Work(hashes: try row.integer(1)))
    }
}
