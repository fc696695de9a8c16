import Hashing
import PostgresClient

/// An account's newest payout that was not cancelled, as the ledger has it.
struct SeenPayout: Sendable {
    let id: Int64
    let state: String
    /// What is offered to the network; `nil` before it is signed.
    let transaction: Hash256?
    let versionCount: Int
    /// Of the newest version; 0 before it is signed.
    let signedHeight: UInt32
    /// How often it was settled.
    let settlementCount: Int

    static func newest(of address: String, _ pool: FaultyPool) async throws -> SeenPayout? {
        let rows = try await pool.database.execute(
            """
            SELECT payout_id, state, txid, round_count,
                (SELECT count(*) FROM payout_transactions AS version WHERE version.payout_id = payouts.payout_id),
                (SELECT coalesce(max(signed_height), 0) FROM payout_transactions AS version
                WHERE version.payout_id = payouts.payout_id)
            FROM payouts JOIN payout_outputs USING (payout_id) JOIN accounts USING (account_id)
            WHERE address = $1 AND state <> 'cancelled' ORDER BY payout_id DESC LIMIT 1
            """,
            [.text(address)]
        )
        return try rows.first.map { row in
            SeenPayout(
                id: try row.integer(0),
                state: try row.text(1),
                transaction: row.isNull(2) ? nil : Hash256(try row.bytes(2)),
                versionCount: try row.integer(4),
                signedHeight: try row.integer(5),
                settlementCount: try row.integer(3)
            )
        }
    }
}
