internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Which balances are paid next.
extension PayoutBook {
    func plan(
        threshold: Amount,
        intervalMs: Int64,
        nowMs: Int64,
        choose: @Sendable ([PayoutPlan.Candidate]) -> [[AccountAmount]]
    ) async throws(StoreError) -> Int? {
        try await transaction { session throws(PostgresError) in
            guard try isDue(session, intervalMs: intervalMs, nowMs: nowMs) else { return nil }
            try poolFee?.hand(session, nowMs: nowMs)
            let batches = choose(try candidates(threshold: threshold, session))
            for batch in batches { try reserve(batch, nowMs: nowMs, session) }
            return batches.count
        }
    }

    /// Nobody else changes these balances until the transaction ends.
    private func candidates(
        threshold: Amount,
        _ session: PostgresSession
    ) throws(PostgresError) -> [PayoutPlan.Candidate] {
        try session.execute(
            """
            SELECT address, balance, payout_threshold, payout_interval_seconds,
                CASE WHEN payout_interval_seconds IS NOT NULL THEN (
                    SELECT max(payouts.created_at_ms) FROM payout_outputs JOIN payouts USING (payout_id)
                    WHERE payout_outputs.account_id = balances.account_id AND state <> 'cancelled') END
            FROM balances JOIN accounts USING (account_id) LEFT JOIN account_settings USING (account_id)
            WHERE bucket = 'confirmed' AND balance > 0 AND balance >= coalesce(payout_threshold, $1)
                AND NOT EXISTS (SELECT FROM payout_exclusions WHERE payout_exclusions.account_id = balances.account_id)
            ORDER BY balances.account_id FOR UPDATE OF balances
            """,
            [.integer(try threshold.databaseUnits())]
        ).map { row throws(PostgresError) in
            guard let account = AccountName(try row.text(0)) else { throw .unreadable("an account's name") }
            return PayoutPlan.Candidate(
                account: account,
                balance: Amount(units: try row.integer(1)),
                threshold: row.isNull(2) ? nil : Amount(units: try row.integer(2)),
                intervalMs: row.isNull(3) ? nil : try row.integer(3, as: Int64.self).milliseconds,
                plannedAtMs: row.isNull(4) ? nil : try row.integer(4)
            )
        }
    }

    private func isDue(
        _ session: PostgresSession,
        intervalMs: Int64,
        nowMs: Int64
    ) throws(PostgresError) -> Bool {
        let rows = try session.execute(
            """
            INSERT INTO meta VALUES ('payouts_planned_ms', $1)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value
                WHERE meta.value::bigint <= $2 OR meta.value::bigint > $3
            RETURNING true
            """,
            [.text(String(nowMs)), .integer(nowMs - intervalMs), .integer(nowMs)]
        )
        return !rows.isEmpty
    }

    private func reserve(
        _ batch: [AccountAmount],
        nowMs: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) {
        var attempt = PayoutAttempt(depthRequired: depthRequired)
        _ = attempt.handle(.reserved)
        let id: Int64 = try session.execute(
            "INSERT INTO payouts (state, created_at_ms, updated_at_ms) VALUES ($1, $2, $2) RETURNING payout_id",
            [.text(attempt.state.rawValue), .integer(nowMs)]
        )[0].integer(0)
        try session.execute(
            """
            INSERT INTO payout_outputs (payout_id, account_id, amount)
            SELECT $1, account_id, amount FROM unnest($2::text[], $3::bigint[]) AS given (address, amount)
            JOIN accounts USING (address)
            """,
            [
                .integer(id), .texts(batch.map(\.account.description)),
                .integers(try batch.map { part throws(PostgresError) in try part.amount.databaseUnits() }),
            ]
        )
        try TransferTable(session, nowMs: nowMs).post(PayoutMoney.reservation(of: id, batch))
    }
}

extension Int64 {
    /// Seconds as milliseconds; as many as there can be of what is more.
    fileprivate var milliseconds: Int64 {
        let (product, isTooMuch) = multipliedReportingOverflow(by: 1_000)
        return isTooMuch ? .max : product
    }
}
