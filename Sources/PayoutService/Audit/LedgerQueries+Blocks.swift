extension LedgerQueries {
    /// Every credit that a block had, by its reference; `stands` is whether its money should be out now.
    private static let rounds = """
        rounds AS (
            SELECT hash, stage, reward, round, display_hex(hash) || '/' || round AS reference,
                round = round_count AND stage IN ('immature', 'confirmed') AS stands
            FROM blocks CROSS JOIN LATERAL generate_series(1, round_count) AS round),
        """

    /// What each account was credited, of which so much became spendable, and so much was taken back.
    private static let moved = """
        moved AS (
            SELECT reference, account_id, sum(credited) AS credited, sum(matured) AS matured, sum(reversed) AS reversed,
                sum(recovered) AS recovered
            FROM (
                SELECT reference, credit_account_id, amount, 0, 0, 0 FROM transfers WHERE kind = 'block_credit'
                UNION ALL
                SELECT reference, credit_account_id, 0, amount, 0, 0 FROM transfers WHERE kind = 'block_mature'
                UNION ALL
                SELECT reference, debit_account_id, 0, 0, amount, 0 FROM transfers WHERE kind = 'block_reverse'
                UNION ALL
                SELECT reference, debit_account_id, 0, 0, 0, amount FROM transfers
                WHERE kind = 'debt_recover' AND reference LIKE '%/%'
            ) AS entries (reference, account_id, credited, matured, reversed, recovered)
            GROUP BY reference, account_id),
        totals AS (
            SELECT reference, sum(credited) AS credited, sum(matured) AS matured, sum(reversed) AS reversed
            FROM moved GROUP BY reference)
        """

    /// Nothing is added up again for the next check: the transfers of all blocks ever are most of what there is.
    static let blocks = [LedgerQuery(sharing: rounds + moved, rewards)] + others

    private static let rewards: [(LedgerCheck, String)] = [
        (
            .creditMissing,
            """
            SELECT format('block %s: %s of %s', reference, 0, reward) FROM rounds LEFT JOIN totals USING (reference)
            WHERE stands AND reward > 0 AND coalesce(credited, 0) = 0
            UNION ALL
            SELECT format('block %s: %s, and no round', display_hex(hash), stage) FROM blocks
            WHERE stage IN ('immature', 'confirmed') AND round_count = 0
            """
        ),
        (
            .creditWrong,
            """
            SELECT format('block %s: %s of %s', reference, credited, reward) FROM rounds JOIN totals USING (reference)
            WHERE stands AND credited > 0 AND credited <> reward
            """
        ),
        (
            .creditWithoutBlock,
            """
            SELECT reference FROM totals WHERE NOT EXISTS (
                SELECT FROM rounds WHERE rounds.reference = totals.reference)
            """
        ),
        (
            .matureWrong,
            """
            SELECT format('block %s, account %s: %s of %s', reference, account_id, moved.matured, moved.credited)
            FROM rounds JOIN moved USING (reference) JOIN totals USING (reference)
            WHERE account_id <> 0 AND moved.matured <> moved.credited AND totals.credited > 0
                AND (stands AND stage = 'confirmed' OR totals.matured > 0 AND NOT (stands AND stage = 'immature'))
            """
        ),
        (
            .matureEarly,
            """
            SELECT format('block %s: %s', reference, matured) FROM rounds JOIN totals USING (reference)
            WHERE stands AND stage = 'immature' AND matured > 0
            """
        ),
        (
            .reversalMissing,
            """
            SELECT format('block %s, %s: %s was credited', reference, stage, credited)
            FROM rounds JOIN totals USING (reference) WHERE NOT stands AND credited > 0 AND reversed = 0
            """
        ),
        (
            .reversalWrong,
            """
            SELECT format('block %s, account %s: %s of %s', reference, account_id, moved.reversed, moved.credited)
            FROM rounds JOIN moved USING (reference) JOIN totals USING (reference)
            WHERE NOT stands AND totals.reversed > 0 AND moved.reversed <> moved.credited
            """
        ),
        (
            .reversalUnexpected,
            """
            SELECT format('block %s, %s: %s', reference, stage, reversed)
            FROM rounds JOIN totals USING (reference) WHERE stands AND reversed > 0
            """
        ),
        (
            .recoveryWrong,
            """
            SELECT format('block %s, account %s: %s of %s', reference, account_id, recovered, matured)
            FROM rounds JOIN moved USING (reference) WHERE recovered > matured
            UNION ALL
            SELECT format('payout %s, account %s: %s of %s', reference, account_id, recovered, returned) FROM (
                SELECT reference, debit_account_id AS account_id,
                    coalesce(sum(amount) FILTER (WHERE kind = 'debt_recover'), 0) AS recovered,
                    coalesce(sum(amount) FILTER (WHERE kind = 'payout_cancel'), 0) AS returned
                FROM transfers WHERE kind IN ('debt_recover', 'payout_cancel') AND reference NOT LIKE '%/%'
                GROUP BY reference, debit_account_id
            ) AS given WHERE recovered > returned
            """
        ),
        (
            .poolFeeWrong,
            // What was taken back is not subtracted: the fee of an orphan may have been handed over before.
            """
            SELECT format('%s handed over, %s credited', paid, credited) FROM
                (SELECT coalesce(sum(amount), 0) AS paid FROM transfers WHERE kind = 'fee_pay') AS given,
                (SELECT coalesce(sum(credited), 0) AS credited FROM moved WHERE account_id = 0) AS earned
            WHERE paid > credited
            """
        ),
    ]

    private static let others = [
        LedgerQuery(
            .windowWrong,
            """
            SELECT format('block %s', display_hex(hash)) FROM blocks
            WHERE round_count > 0 AND (window_end_seq IS NULL OR window_work IS NULL OR window_missing IS NULL)
                OR window_missing > window_work OR window_missing < 0 OR window_end_seq < 0
                OR window_start_seq > window_end_seq
            """
        ),
        LedgerQuery(
            .proofWrong,
            """
            -- Made once: inside the join it would be, for each transfer of all blocks.
            WITH proved AS MATERIALIZED (
                SELECT hash, display_hex(hash) || '/' || proof_round AS reference FROM blocks WHERE proof_round IS NOT NULL)
            SELECT format('block %s, account %s: %s, credited %s', display_hex(hash), account_id, coalesce(kept.amount, 0),
                coalesce(credited.amount, 0))
            FROM (
                SELECT hash, account_id, amount FROM block_credits JOIN blocks ON hash = block_hash AND round = proof_round
                WHERE amount > 0
            ) AS kept FULL JOIN (
                SELECT hash, credit_account_id AS account_id, amount FROM proved JOIN transfers USING (reference)
                WHERE kind = 'block_credit'
            ) AS credited USING (hash, account_id)
            WHERE coalesce(kept.amount, 0) <> coalesce(credited.amount, 0)
            """
        ),
    ]
}
