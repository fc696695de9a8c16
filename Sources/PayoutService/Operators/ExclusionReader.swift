internal import JSON
internal import PostgresClient

/// The accounts that are not paid because the wallet's node refuses to pay them.
struct ExclusionReader: Sendable {
    /// Accounts in one list.
    static let listCountMax = 200

    let pool: ConnectionPool

    /// Those with a smaller number than `before`, the largest number first.
    ///
    /// At most `count` of them come, and the number to go on before, or `nil` when that was all.
    func list(before: Int64, count: Int) async throws(PostgresError) -> (accounts: [JSON], next: Int64?) {
        let count = max(1, min(count, Self.listCountMax))
        let rows = try await pool.execute(
            """
            SELECT account_id, address, reason, is_for_a_person, since_ms,
                (SELECT coalesce(sum(balance), 0)::bigint FROM balances
                    WHERE balances.account_id = payout_exclusions.account_id AND bucket = 'confirmed')
            FROM payout_exclusions JOIN accounts USING (account_id)
            WHERE account_id < $1 ORDER BY account_id DESC LIMIT $2
            """,
            [.integer(before), .integer(Int64(count) + 1)]
        )
        let accounts = try rows.prefix(count).map { row throws(PostgresError) -> JSON in
            [
                "address": JSON(try row.text(1)), "reason": JSON(try row.text(2)),
                "is_for_a_person": JSON(try row.boolean(3)), "since_ms": JSON(try row.integer(4, as: Int64.self)),
                "confirmed": JSON(try row.integer(5, as: Int64.self)),
            ]
        }
        return (accounts, rows.count > count ? try rows[count - 1].integer(0) : nil)
    }
}
