internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// The pool's fee, handed to the account of whoever runs the pool: from there it is paid out like any miner's money.
///
/// Only the fee of confirmed blocks; neither what payouts under way, signed or handed over to be, may cost the pool, nor what
/// miners owe after an orphan: until that comes back, the fee is what the wallet has in its place.
struct PoolFee: Hashable, Sendable {
    let account: AccountName
    /// Less than this waits.
    let leastAmount: Amount
    /// What is kept back for the network's fee of the payout after this.
    let reserve: Amount

    /// In the transaction that plans payouts: a pool that is switched off hands over nothing.
    func hand(_ session: PostgresSession, nowMs: Int64) throws(PostgresError) {
        let row = try session.execute(
            """
            SELECT coalesce((SELECT balance FROM balances WHERE account_id = 0 AND bucket = 'fee'), 0)
                - coalesce((
                    SELECT sum(amount) FROM block_credits JOIN blocks ON hash = block_hash AND round = proof_round
                    WHERE account_id = 0 AND stage IN ('candidate', 'immature')), 0)
                - coalesce((
                    SELECT sum(greatest(0, coalesce(payouts.network_fee, payout_handovers.network_fee, 0) - coalesce((
                        SELECT sum(amount) FROM payout_fee_parts
                        WHERE payout_fee_parts.payout_id = payouts.payout_id), 0)))
                    FROM payouts LEFT JOIN payout_handovers USING (payout_id)
                    WHERE \(PayoutAttempt.State.isOpen)), 0)
                + coalesce((SELECT sum(balance) FROM balances WHERE bucket = 'debt'), 0)
                - $1,
                (SELECT count(*) + 1 FROM transfers WHERE kind = 'fee_pay')
            """,
            [.integer(try reserve.databaseUnits())]
        )[0]
        let amount: Int64 = try row.integer(0)
        guard amount > 0, Amount(units: UInt64(amount)) >= leastAmount else { return }
        try TransferTable(session, nowMs: nowMs).post([
            Transfer(
                kind: .feePay,
                reference: String(try row.integer(1, as: Int64.self)),
                from: .pool(.fee),
                to: .miner(account, .confirmed),
                amount: Amount(units: UInt64(amount))
            )
        ])
    }
}
