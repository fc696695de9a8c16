internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// The transfers of one block.
///
/// Each credit of a block has a number of its own in its transfers' reference, so that a block which is orphaned and
/// comes back is credited again, while no credit can be written twice.
struct BlockTransfers {
    private let session: PostgresSession
    private let block: Hash256
    private let nowMs: Int64

    init(_ session: PostgresSession, block: Hash256, nowMs: Int64) {
        self.session = session
        self.block = block
        self.nowMs = nowMs
    }

    func credit(_ split: RewardSplit) throws(PostgresError) {
        var transfers = split.parts.map { part in
            Transfer(
                kind: .blockCredit,
                reference: reference(round: 1),
                from: .pool(.chain),
                to: .miner(part.account, .immature),
                amount: part.amount
            )
        }
        if split.fee > .zero {
            transfers.append(
                Transfer(
                    kind: .blockCredit,
                    reference: reference(round: 1),
                    from: .pool(.chain),
                    to: .pool(.fee),
                    amount: split.fee
                )
            )
        }
        try TransferTable(session, nowMs: nowMs).post(transfers)
    }

    /// The same as the first time.
    func creditAgain(round: Int) throws(PostgresError) {
        try insert(
            """
            SELECT kind, $2, debit_account_id, debit_bucket, credit_account_id, credit_bucket, amount
            FROM transfers WHERE kind = 'block_credit' AND reference = $1
            """,
            from: reference(round: 1),
            to: reference(round: round)
        )
    }

    func mature(round: Int) throws(PostgresError) {
        try insert(
            """
            SELECT 'block_mature', $2, credit_account_id, 'immature', credit_account_id, 'confirmed', amount
            FROM transfers WHERE kind = 'block_credit' AND reference = $1 AND credit_bucket = 'immature'
            """,
            from: reference(round: round),
            to: reference(round: round)
        )
    }

    func reverseImmature(round: Int) throws(PostgresError) {
        try insert(
            """
            SELECT 'block_reverse', $2, credit_account_id, credit_bucket, debit_account_id, debit_bucket, amount
            FROM transfers WHERE kind = 'block_credit' AND reference = $1
            """,
            from: reference(round: round),
            to: reference(round: round)
        )
    }

    /// Takes back what miners still have; for the rest, which was paid out already, the pool stands in.
    ///
    /// - Returns: That rest.
    func reverseConfirmed(round: Int) throws(PostgresError) -> Int64 {
        try session.execute(
            """
            SELECT FROM balances WHERE bucket = 'confirmed' AND account_id IN (
                SELECT credit_account_id FROM transfers WHERE kind = 'block_credit' AND reference = $1)
            ORDER BY account_id FOR UPDATE
            """,
            [.text(reference(round: round))]
        )
        try insert(
            """
            SELECT 'block_reverse', $2, credit_account_id, 'confirmed', 0, 'chain', least(amount, balance)
            FROM transfers JOIN balances ON account_id = credit_account_id AND bucket = 'confirmed'
            WHERE kind = 'block_credit' AND reference = $1 AND credit_bucket = 'immature' AND balance > 0
            """,
            from: reference(round: round),
            to: reference(round: round)
        )
        let rest: Int64 = try session.execute(
            """
            SELECT coalesce(sum(CASE kind WHEN 'block_credit' THEN amount ELSE -amount END), 0)
            FROM transfers WHERE reference = $1 AND kind IN ('block_credit', 'block_reverse')
                AND (credit_bucket = 'immature' OR debit_bucket = 'confirmed')
            """,
            [.text(reference(round: round))]
        )[0].integer(0)
        try insert(
            """
            SELECT 'block_reverse', $2, 0, 'fee', 0, 'chain', amount FROM (
                SELECT coalesce(sum(CASE kind WHEN 'block_credit' THEN amount ELSE -amount END), 0) AS amount
                FROM transfers WHERE reference = $1 AND kind IN ('block_credit', 'block_reverse')
            ) AS rest WHERE amount > 0
            """,
            from: reference(round: round),
            to: reference(round: round)
        )
        return rest
    }

    private func reference(round: Int) -> String {
        "\(block.displayHex)/\(round)"
    }

    private func insert(_ selection: String, from source: String, to target: String) throws(PostgresError) {
        try session.execute(
            """
            INSERT INTO transfers (kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket,
                amount, created_at_ms)
            SELECT *, $3 FROM (\(selection)) AS moved
            """,
            [.text(source), .text(target), .integer(nowMs)]
        )
    }
}
