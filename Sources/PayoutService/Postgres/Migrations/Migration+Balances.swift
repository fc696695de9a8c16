extension Migration {
    /// Balances move by the set: one block may credit a hundred thousand accounts while its reporter waits.
    static let balanceMoves = #"""
        -- That accounts exist is balances' foreign key to say: each transfer brings its balances along. Asked for each row
        -- once more, it cost as much as the row.
        ALTER TABLE transfers
            DROP CONSTRAINT transfers_debit_account_id_fkey,
            DROP CONSTRAINT transfers_credit_account_id_fkey;

        -- Balances move with the transfers themselves, in one order. The settings keep to the indexes whatever was planned
        -- when the tables were small.
        CREATE OR REPLACE FUNCTION move_balances() RETURNS trigger LANGUAGE plpgsql
        SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off AS $$
        DECLARE
            is_missing boolean;
        BEGIN
            -- First all that moves away from zero, which may be new, or is the pool's: it is written and added to in one.
            INSERT INTO balances (account_id, bucket, balance)
                SELECT account_id, bucket, sum(amount)::bigint FROM (
                    SELECT debit_account_id, debit_bucket, -amount FROM moved
                    UNION ALL SELECT credit_account_id, credit_bucket, amount FROM moved
                ) AS entries (account_id, bucket, amount)
                GROUP BY account_id, bucket
                HAVING account_id = 0 OR CASE bucket WHEN 'debt' THEN sum(amount) <= 0 ELSE sum(amount) >= 0 END
                ORDER BY account_id, bucket
                ON CONFLICT (account_id, bucket) DO UPDATE SET balance = balances.balance + excluded.balance;
            -- Then all that moves towards it, which must be there. The bucket stands in no form that an index knows: planned
            -- on a table of a few lines, each account would be looked for among all that have something in the bucket.
            WITH change AS MATERIALIZED (
                SELECT account_id, bucket, sum(amount)::bigint AS amount FROM (
                    SELECT debit_account_id, debit_bucket, -amount FROM moved
                    UNION ALL SELECT credit_account_id, credit_bucket, amount FROM moved
                ) AS entries (account_id, bucket, amount)
                GROUP BY account_id, bucket
                HAVING account_id <> 0 AND CASE bucket WHEN 'debt' THEN sum(amount) > 0 ELSE sum(amount) < 0 END
                ORDER BY account_id, bucket),
            changed AS (
                UPDATE balances SET balance = balance + change.amount FROM change
                WHERE balances.account_id = change.account_id AND balances.bucket || '' = change.bucket
                RETURNING 1)
            SELECT (SELECT count(*) FROM change) <> (SELECT count(*) FROM changed) INTO is_missing;
            IF is_missing THEN
                RAISE EXCEPTION 'more was taken from a balance than there is'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'only_debt_is_below_zero';
            END IF;
            RETURN NULL;
        END $$;
        """#
}
