/// What each check asks the database: a row in words for everything that is wrong, and none when all is well.
enum LedgerQueries {
    /// What a look at the books answers in full.
    static let inBooks = Set(queries(.books).flatMap(\.checks))

    static func queries(_ scope: LedgerAudit.Scope) -> [LedgerQuery] {
        let books = guards + money + blocks + payouts + slices
        return switch scope {
        case .books: books
        case .inTurn, .everything: books + shares
        }
    }

    private static let money = [
        LedgerQuery(
            .sumsNotZero,
            "SELECT 'together ' || sum(balance) FROM balances HAVING sum(balance) <> 0"
        ),
        LedgerQuery(
            .balanceWrong,
            """
            SELECT format('account %s %s: %s, its transfers say %s', account_id, bucket, coalesce(balances.balance, 0),
                coalesce(counted.balance, 0))
            FROM (
                SELECT account_id, bucket, sum(amount) AS balance FROM (
                    SELECT debit_account_id, debit_bucket, -amount FROM transfers
                    UNION ALL SELECT credit_account_id, credit_bucket, amount FROM transfers
                ) AS entries (account_id, bucket, amount) GROUP BY account_id, bucket
            ) AS counted FULL JOIN balances USING (account_id, bucket)
            WHERE coalesce(counted.balance, 0) <> coalesce(balances.balance, 0)
            """
        ),
        LedgerQuery(
            .balanceNegative,
            """
            SELECT format('account %s %s: %s', account_id, bucket, balance) FROM balances
            WHERE account_id <> 0 AND CASE bucket WHEN 'debt' THEN balance > 0 ELSE balance < 0 END
            """
        ),
        LedgerQuery(
            .transferShape,
            """
            SELECT format('transfer %s: %s from %s of account %s to %s of account %s', transfer_id, kind, debit_bucket,
                debit_account_id, credit_bucket, credit_account_id)
            FROM transfers WHERE NOT CASE kind
                WHEN 'block_credit' THEN debit_bucket = 'chain' AND credit_bucket IN ('immature', 'fee')
                WHEN 'block_mature' THEN debit_bucket = 'immature' AND credit_bucket = 'confirmed'
                    AND debit_account_id = credit_account_id
                WHEN 'block_reverse' THEN debit_bucket IN ('immature', 'confirmed', 'debt', 'fee')
                    AND credit_bucket = 'chain'
                WHEN 'debt_recover' THEN debit_bucket = 'confirmed' AND credit_bucket = 'debt'
                    AND debit_account_id = credit_account_id
                WHEN 'fee_pay' THEN debit_bucket = 'fee' AND credit_bucket = 'confirmed'
                WHEN 'payout_reserve' THEN debit_bucket = 'confirmed' AND credit_bucket = 'reserved'
                    AND debit_account_id = credit_account_id
                WHEN 'payout_settle' THEN debit_bucket = 'reserved' AND credit_bucket = 'paid'
                    AND debit_account_id = credit_account_id
                WHEN 'payout_cancel' THEN debit_bucket = 'reserved' AND credit_bucket = 'confirmed'
                    AND debit_account_id = credit_account_id
                WHEN 'payout_fee' THEN credit_bucket = 'network_fee'
                WHEN 'payout_reverse' THEN debit_bucket = 'paid' AND credit_bucket = 'reserved'
                        AND debit_account_id = credit_account_id
                    OR debit_bucket = 'network_fee' AND credit_bucket IN ('reserved', 'fee')
                ELSE true END
            """
        ),
        LedgerQuery(
            .accountMissing,
            """
            -- One in transfers has a balance, or it is balance-wrong.
            SELECT DISTINCT format('account %s: %s', account_id, found) FROM (
                SELECT account_id, 'a balance' FROM balances
                UNION ALL SELECT account_id, 'outputs of payouts' FROM payout_outputs
                UNION ALL SELECT finder_account_id, 'a block' FROM blocks WHERE finder_account_id IS NOT NULL
            ) AS held (account_id, found)
            WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.account_id = held.account_id)
            """
        ),
    ]
}
