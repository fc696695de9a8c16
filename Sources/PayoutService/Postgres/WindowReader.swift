internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Fills a reward window from the database: whole slices where they fit, single shares at both ends.
struct WindowReader {
    /// Shares read at once.
    private static let shareCountMax = 10_000
    /// Slices looked at at once.
    private static let sliceCountMax = 1_000

    private struct Slice {
        let first: Int64
        let last: Int64
        let work: UInt128
    }

    private let session: PostgresSession
    private var window: RewardWindow
    /// The newest share that was not yet counted.
    private var cursor: Int64

    /// - Returns: The window that ends with share number `end`.
    static func read(
        _ session: PostgresSession,
        end: Int64,
        size: Work
    ) throws(PostgresError) -> RewardWindow {
        var reader = WindowReader(session: session, window: RewardWindow(size: size), cursor: end)
        while !reader.window.isFull && reader.cursor > 0 { try reader.advance() }
        return reader.window
    }

    private mutating func advance() throws(PostgresError) {
        let slices = try slices()
        guard let newest = slices.first, newest.last == cursor else {
            return try takeShares(above: slices.first?.last ?? 0)  // inside a slice, or after the newest
        }
        var left = window.missing.hashes
        let whole = slices.prefix { slice in
            guard slice.work <= left else { return false }
            left -= slice.work
            return true
        }
        guard let oldest = whole.last else { return try takeShares(above: newest.first - 1) }
        try takeSlices(from: oldest.last, to: newest.last)
        cursor = oldest.first - 1
    }

    /// The slices up to the cursor, newest first.
    private func slices() throws(PostgresError) -> [Slice] {
        try session.execute(
            """
            SELECT first_seq, last_seq, sum(work) FROM work_slices WHERE last_seq <= $1
            GROUP BY first_seq, last_seq ORDER BY last_seq DESC LIMIT $2
            """,
            [.integer(cursor), .integer(Int64(Self.sliceCountMax))]
        ).map { row throws(PostgresError) in
            Slice(first: try row.integer(0), last: try row.integer(1), work: try row.integer(2))
        }
    }

    private mutating func takeSlices(from first: Int64, to last: Int64) throws(PostgresError) {
        let rows = try session.execute(
            """
            SELECT address, sum(work) FROM work_slices JOIN accounts USING (account_id)
            WHERE last_seq BETWEEN $1 AND $2 GROUP BY address
            """,
            [.integer(first), .integer(last)]
        )
        for row in rows { try take(row, account: 0, work: 1) }
    }

    /// Counts the next shares back to, but without, number `floor`.
    private mutating func takeShares(above floor: Int64) throws(PostgresError) {
        let rows = try session.execute(
            """
            SELECT seq, address, work FROM shares JOIN accounts USING (account_id)
            WHERE seq > $1 AND seq <= $2 ORDER BY seq DESC LIMIT $3
            """,
            [.integer(floor), .integer(cursor), .integer(Int64(Self.shareCountMax))]
        )
        for row in rows {
            guard !window.isFull else { return }
            try take(row, account: 1, work: 2)
        }
        cursor = rows.count < Self.shareCountMax ? floor : try rows[rows.count - 1].integer(0) - 1
    }

    private mutating func take(_ row: PostgresRow, account: Int, work: Int) throws(PostgresError) {
        let text = try row.text(account)
        guard let name = AccountName(text) else { throw .unreadable("an account's name: \(text)") }
        window.take(Work(hashes: try row.integer(work)), of: name)
    }
}
