internal import Hashing
internal import Ledger
internal import Messages
internal import PostgresClient

/// What moved money: payouts, and every transfer of an account.
struct MoneyHistory: Sendable {
    static let payoutCountMax: UInt32 = 100
    static let entryCountMax: UInt32 = 5_000

    let pool: ConnectionPool
    private let horizon = TransferHorizon()

    init(pool: ConnectionPool) {
        self.pool = pool
    }

    func payouts(_ request: GetPayoutsRequest) async throws(PostgresError) -> Payouts {
        let rows = try await pool.execute(
            """
            SELECT payout_id, state, txid, sum(payout_outputs.amount - coalesce(payout_fee_parts.amount, 0)),
                count(*), payouts.created_at_ms
            FROM payouts JOIN payout_outputs USING (payout_id) JOIN accounts USING (account_id)
                LEFT JOIN payout_fee_parts USING (payout_id, account_id)
            WHERE ($1 = '' OR address = $1) AND (NOT $2 OR \(PayoutAttempt.State.isOpen))
                AND ($3 = 0 OR payout_id < $3)
            GROUP BY payout_id ORDER BY payout_id DESC LIMIT $4
            """,
            [
                .text(request.address), .boolean(request.pending), .integer(Int64(clamping: request.before)),
                .integer(Int64(min(request.count, Self.payoutCountMax))),
            ]
        )
        return Payouts(
            payouts: try rows.map { row throws(PostgresError) in
                PayoutFigures(
                    number: try row.integer(0),
                    state: try row.text(1),
                    txid: try row.hashIfAny(2)?.displayHex ?? "",
                    amount: try row.integer(3),
                    outputs: try row.integer(4),
                    createdAtMs: try row.integer(5)
                )
            }
        )
    }

    /// As far as all that came before them is there too: who asks for the next page misses nothing.
    func entries(of account: AccountName, after: UInt64, count: UInt32) async throws(PostgresError) -> Entries {
        let count = Int(min(count, Self.entryCountMax))
        let last = try await horizon.number(pool)
        let rows = try await pool.execute(
            """
            WITH mine AS (SELECT account_id FROM accounts WHERE address = $1 AND account_id <> 0),
            touched AS (
                (SELECT transfers.* FROM transfers JOIN mine ON debit_account_id = account_id
                    WHERE debit_account_id <> 0 AND transfer_id > $2 AND transfer_id <= $4 ORDER BY transfer_id LIMIT $3)
                UNION
                (SELECT transfers.* FROM transfers JOIN mine ON credit_account_id = account_id
                    WHERE credit_account_id <> 0 AND transfer_id > $2 AND transfer_id <= $4 ORDER BY transfer_id LIMIT $3))
            SELECT transfer_id, created_at_ms, kind, reference,
                CASE WHEN debit_account_id = 0 THEN '' ELSE debit_bucket END,
                CASE WHEN credit_account_id = 0 THEN '' ELSE credit_bucket END, amount
            FROM touched ORDER BY transfer_id LIMIT $3
            """,
            [.text(account.description), .integer(Int64(clamping: after)), .integer(Int64(count) + 1), .integer(last)]
        )
        return Entries(
            entries: try rows.prefix(count).map { row throws(PostgresError) in
                Entry(
                    number: try row.integer(0),
                    atMs: try row.integer(1),
                    kind: try row.text(2),
                    reference: try row.text(3),
                    from: try row.text(4),
                    to: try row.text(5),
                    amount: try row.integer(6)
                )
            },
            hasMore: rows.count > count
        )
    }
}
