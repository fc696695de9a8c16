extension LedgerQueries {
    /// Of each payout and account: what it pays, and what was booked for it.
    private static let booked = """
        outputs AS (
            SELECT payout_id::text AS reference, account_id, sum(amount) AS amount FROM payout_outputs
            GROUP BY payout_id, account_id),
        booked AS (
            SELECT reference, debit_account_id AS account_id,
                coalesce(sum(amount) FILTER (WHERE kind = 'payout_reserve'), 0) AS reserved,
                coalesce(sum(amount) FILTER (WHERE kind = 'payout_cancel'), 0) AS cancelled
            FROM transfers WHERE debit_account_id <> 0 AND kind IN ('payout_reserve', 'payout_cancel')
            GROUP BY reference, debit_account_id)
        """

    /// Every settlement that a payout had, by its transfers' reference; `stands` is whether it was not taken back.
    private static let rounds = """
        rounds AS (
            SELECT payout_id, round, state = 'confirmed' AND round = round_count AS stands,
                payout_id::text || CASE round WHEN 1 THEN '' ELSE '/' || round END AS reference
            FROM payouts CROSS JOIN LATERAL generate_series(1, round_count) AS round)
        """

    static let payouts = [LedgerQuery(sharing: booked, bookings)] + others

    private static let bookings: [(LedgerCheck, String)] = [
        (
            .payoutReserveWrong,
            """
            SELECT format('payout %s, account %s: %s of %s', reference, account_id, coalesce(reserved, 0),
                coalesce(outputs.amount, 0))
            FROM outputs FULL JOIN booked USING (reference, account_id)
            JOIN payouts ON payout_id::text = reference
            WHERE state NOT IN ('planned', 'cancelled') AND coalesce(reserved, 0) <> coalesce(outputs.amount, 0)
                AND EXISTS (SELECT FROM outputs AS any_output WHERE any_output.reference = payout_id::text)
            """
        ),
        (
            .payoutCancelWrong,
            """
            SELECT format('payout %s, %s, account %s: %s of %s', reference, state, account_id, coalesce(cancelled, 0),
                coalesce(outputs.amount, 0))
            FROM outputs FULL JOIN booked USING (reference, account_id)
            JOIN payouts ON payout_id::text = reference
            WHERE coalesce(cancelled, 0) <> CASE state WHEN 'cancelled' THEN coalesce(reserved, 0) ELSE 0 END
            """
        ),
    ]

    private static let others = [
        LedgerQuery(
            .payoutOutputsMissing,
            """
            SELECT format('payout %s', payout_id) FROM payouts WHERE NOT EXISTS (
                SELECT FROM payout_outputs WHERE payout_outputs.payout_id = payouts.payout_id)
            """
        ),
        LedgerQuery(
            .payoutWithoutRecord,
            """
            -- Two, each an anti join: under one OR every transfer would be held against every payout.
            SELECT format('transfer %s: %s of payout %s', transfer_id, kind, reference) FROM transfers
            WHERE (kind IN ('payout_reserve', 'payout_cancel') OR kind = 'debt_recover' AND reference NOT LIKE '%/%')
                AND NOT EXISTS (SELECT FROM payouts WHERE payout_id::text = reference)
            UNION ALL
            SELECT format('transfer %s: %s of payout %s', transfer_id, kind, reference) FROM transfers
            WHERE kind IN ('payout_settle', 'payout_fee', 'payout_reverse')
                AND NOT EXISTS (SELECT FROM payouts WHERE payout_id::text = split_part(reference, '/', 1))
            """
        ),
        LedgerQuery(
            .payoutSettleWrong,
            """
            WITH \(rounds),
            wanted AS (SELECT reference, account_id, amount FROM rounds JOIN payout_outputs USING (payout_id)),
            settled AS (
                SELECT reference, debit_account_id AS account_id, sum(amount) AS amount FROM transfers
                WHERE kind IN ('payout_settle', 'payout_fee') AND debit_account_id <> 0
                GROUP BY reference, debit_account_id)
            SELECT format('payout %s, account %s: %s of %s', reference, account_id, coalesce(settled.amount, 0),
                coalesce(wanted.amount, 0))
            FROM wanted FULL JOIN settled USING (reference, account_id) JOIN rounds USING (reference)
            WHERE coalesce(settled.amount, 0) <> coalesce(wanted.amount, 0)
                AND EXISTS (SELECT FROM payout_outputs WHERE payout_outputs.payout_id = rounds.payout_id)
            UNION ALL
            SELECT format('payout %s: confirmed, and no settlement', payout_id) FROM payouts
            WHERE state = 'confirmed' AND round_count = 0
            """
        ),
        LedgerQuery(
            .payoutSettleEarly,
            """
            WITH \(rounds)
            SELECT format('transfer %s: payout %s is %s', transfer_id, reference, state)
            FROM transfers JOIN payouts ON payout_id::text = split_part(reference, '/', 1)
            WHERE kind IN ('payout_settle', 'payout_fee')
                AND NOT EXISTS (SELECT FROM rounds WHERE rounds.reference = transfers.reference)
            """
        ),
        LedgerQuery(
            .payoutReverseWrong,
            """
            WITH \(rounds),
            booked AS (
                SELECT transfers.reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket, amount
                FROM transfers JOIN rounds USING (reference) WHERE kind IN ('payout_settle', 'payout_fee') AND NOT stands),
            reversed AS (
                SELECT reference, credit_account_id AS debit_account_id, credit_bucket AS debit_bucket,
                    debit_account_id AS credit_account_id, debit_bucket AS credit_bucket, amount
                FROM transfers WHERE kind = 'payout_reverse')
            SELECT format('payout %s, from %s of account %s: %s of %s', reference, debit_bucket, debit_account_id,
                coalesce(reversed.amount, 0), coalesce(booked.amount, 0))
            FROM booked FULL JOIN reversed
                USING (reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket)
            WHERE coalesce(booked.amount, 0) <> coalesce(reversed.amount, 0)
                AND EXISTS (SELECT FROM payouts WHERE payout_id::text = split_part(reference, '/', 1))
            """
        ),
        LedgerQuery(
            .payoutFeeWrong,
            """
            WITH \(rounds)
            SELECT format('payout %s: %s of %s', reference, coalesce(booked, 0), coalesce(network_fee, 0))
            FROM payouts JOIN rounds USING (payout_id) LEFT JOIN (
                SELECT reference, sum(amount) AS booked FROM transfers WHERE kind = 'payout_fee' GROUP BY reference
            ) AS fees USING (reference)
            WHERE stands AND coalesce(booked, 0) <> coalesce(network_fee, 0)
            """
        ),
        LedgerQuery(
            .payoutBytesWrong,
            """
            SELECT format('payout %s: %s', payout_id, state) FROM payouts
            WHERE (state IN ('signed', 'broadcast', 'confirmed', 'stuck', 'conflicted')
                    AND (transaction IS NULL OR txid IS NULL OR network_fee IS NULL))
                OR (state IN ('planned', 'reserved') AND (transaction IS NOT NULL OR txid IS NOT NULL))
                OR transaction IS NOT NULL AND NOT EXISTS (
                    SELECT FROM payout_transactions AS known
                    WHERE (known.payout_id, known.txid, known.transaction, known.network_fee)
                        = (payouts.payout_id, payouts.txid, payouts.transaction, payouts.network_fee))
            """
        ),
        LedgerQuery(
            .payoutCoinsWrong,
            // Payouts of an earlier release have versions of size 0, and no coins.
            """
            SELECT format('payout %s, %s: %s of %s coins held', payout_id, state, coalesce(held, 0), coalesce(known, 0))
            FROM payouts LEFT JOIN (
                SELECT payout_id, count(*) AS known, count(*) FILTER (WHERE is_held) AS held FROM payout_coins
                GROUP BY payout_id
            ) AS coins USING (payout_id)
            WHERE CASE state WHEN 'cancelled' THEN held > 0 ELSE held <> known OR known IS NULL AND (
                EXISTS (SELECT FROM payout_transactions
                    WHERE payout_transactions.payout_id = payouts.payout_id AND virtual_size > 0)
                OR EXISTS (SELECT FROM payout_handovers WHERE payout_handovers.payout_id = payouts.payout_id)) END
            """
        ),
        LedgerQuery(
            .reservedWrong,
            """
            SELECT format('account %s: %s, open payouts pay %s', account_id, coalesce(balance, 0), coalesce(amount, 0))
            FROM (
                SELECT account_id, sum(amount) AS amount FROM payout_outputs JOIN payouts USING (payout_id)
                WHERE state NOT IN ('planned', 'confirmed', 'cancelled') GROUP BY account_id
            ) AS open FULL JOIN (SELECT * FROM balances WHERE bucket = 'reserved') AS held USING (account_id)
            WHERE coalesce(amount, 0) <> coalesce(balance, 0)
            """
        ),
        LedgerQuery(
            .paidWrong,
            """
            SELECT format('account %s: %s, confirmed payouts paid %s', account_id, coalesce(balance, 0), coalesce(amount, 0))
            FROM (
                SELECT account_id, sum(payout_outputs.amount - coalesce(payout_fee_parts.amount, 0)) AS amount
                FROM payout_outputs JOIN payouts USING (payout_id)
                    LEFT JOIN payout_fee_parts USING (payout_id, account_id)
                WHERE state = 'confirmed' GROUP BY account_id
            ) AS done FULL JOIN (SELECT * FROM balances WHERE bucket = 'paid') AS held USING (account_id)
            WHERE coalesce(amount, 0) <> coalesce(balance, 0)
            """
        ),
    ]
}
