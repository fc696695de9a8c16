internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// How much work each account did between two shares.
struct WorkReader {
    let session: PostgresSession

    /// The work of each account that has any, in the shares behind `after` (0: from the beginning) up to and with `last`.
    ///
    /// Whole slices where they fit, single shares at both ends.
    func work(after: Int64, through last: Int64) throws(PostgresError) -> [AccountName: Work] {
        let rows = try session.execute(
            """
            WITH inside AS (
                SELECT account_id, first_seq, last_seq, work FROM work_slices
                WHERE first_seq > $1 AND last_seq > $1 AND last_seq <= $2),
            covered AS (SELECT coalesce(min(first_seq), $2 + 1) AS first, coalesce(max(last_seq), $2) AS last FROM inside),
            counted AS (
                SELECT account_id, work FROM inside
                UNION ALL
                SELECT account_id, work FROM shares WHERE seq > $1 AND seq < (SELECT first FROM covered)
                UNION ALL
                SELECT account_id, work FROM shares WHERE seq > (SELECT last FROM covered) AND seq <= $2),
            summed AS (SELECT account_id, sum(work) AS work FROM counted GROUP BY account_id)
            SELECT address, work FROM summed JOIN accounts USING (account_id)
            """,
            [.integer(after), .integer(last)]
        )
        var work: [AccountName: Work] = [:]
        for row in rows {
            let text = try row.text(0)
            guard let name = AccountName(text) else { throw .unreadable("an account's name: \(text)") }
            work[name] = Work(hashes: try row.integer(1))
        }
        return work
    }
}
