extension Migration {
    /// Blocks, payouts, and every unit of money.
    static let moneyTables = #"""
        CREATE TABLE blocks (
            hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
            height bigint NOT NULL,
            job_id bigint NOT NULL,
            finder_account_id integer REFERENCES accounts (account_id),
            finder_worker text NOT NULL,
            state text NOT NULL,
            stage text NOT NULL CHECK (stage IN ('candidate', 'immature', 'confirmed', 'orphaned', 'rejected')),
            round_count integer NOT NULL DEFAULT 0,
            confirmations bigint NOT NULL DEFAULT 0,
            reward bigint NOT NULL CHECK (reward >= 0),
            network_work numeric NOT NULL CHECK (network_work >= 1),
            -- The newest share when the block was first heard of: the window's end should the block's own never come.
            reported_seq bigint NOT NULL,
            -- Where the window ended, its size, and how much of it was missing; null before the first credit.
            window_end_seq bigint,
            window_work numeric,
            window_missing numeric,
            reason text NOT NULL DEFAULT '',
            found_at_ms bigint NOT NULL,
            updated_at_ms bigint NOT NULL
        );
        CREATE INDEX blocks_found ON blocks (found_at_ms);

        CREATE TABLE balances (
            account_id integer NOT NULL REFERENCES accounts,
            bucket text NOT NULL
                CHECK (bucket IN ('immature', 'confirmed', 'reserved', 'paid', 'fee', 'chain', 'network_fee')),
            balance bigint NOT NULL,
            PRIMARY KEY (account_id, bucket),
            CHECK ((account_id = 0) = (bucket IN ('fee', 'chain', 'network_fee'))),
            CONSTRAINT a_miner_owes_nothing CHECK (account_id = 0 OR balance >= 0)
        );
        CREATE INDEX balances_bucket ON balances (bucket, balance);

        CREATE TABLE transfers (
            transfer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN
                ('block_credit', 'block_mature', 'block_reverse', 'payout_reserve', 'payout_settle', 'payout_fee')),
            reference text NOT NULL,
            debit_account_id integer NOT NULL REFERENCES accounts (account_id),
            debit_bucket text NOT NULL,
            credit_account_id integer NOT NULL REFERENCES accounts (account_id),
            credit_bucket text NOT NULL,
            amount bigint NOT NULL CHECK (amount > 0),
            created_at_ms bigint NOT NULL,
            UNIQUE (kind, reference, debit_account_id, debit_bucket, credit_account_id, credit_bucket),
            CHECK ((debit_account_id, debit_bucket) <> (credit_account_id, credit_bucket))
        );

        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        END $$;
        CREATE TRIGGER transfers_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        -- Balances move with the transfers themselves: nobody can write one without the other.
        CREATE FUNCTION move_balances() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO balances
                SELECT account_id, bucket, 0 FROM (
                    SELECT debit_account_id, debit_bucket FROM moved
                    UNION SELECT credit_account_id, credit_bucket FROM moved
                ) AS touched (account_id, bucket)
                ORDER BY account_id, bucket
                ON CONFLICT DO NOTHING;
            -- All in one order, so that two transactions wait for each other and never both.
            PERFORM FROM balances
                WHERE (account_id, bucket) IN (
                    SELECT debit_account_id, debit_bucket FROM moved
                    UNION SELECT credit_account_id, credit_bucket FROM moved)
                ORDER BY account_id, bucket
                FOR UPDATE;
            UPDATE balances SET balance = balance + change.amount
                FROM (
                    SELECT account_id, bucket, sum(amount)::bigint AS amount FROM (
                        SELECT debit_account_id, debit_bucket, -amount FROM moved
                        UNION ALL SELECT credit_account_id, credit_bucket, amount FROM moved
                    ) AS entries (account_id, bucket, amount)
                    GROUP BY account_id, bucket
                ) AS change
                WHERE balances.account_id = change.account_id AND balances.bucket = change.bucket;
            RETURN NULL;
        END $$;
        CREATE TRIGGER transfers_move_balances AFTER INSERT ON transfers
            REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION move_balances();

        CREATE TABLE payouts (
            payout_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            state text NOT NULL
                CHECK (state IN ('planned', 'reserved', 'signed', 'broadcast', 'confirmed', 'stopped')),
            transaction bytea,
            -- Internal order.
            txid bytea UNIQUE CHECK (octet_length(txid) = 32),
            network_fee bigint CHECK (network_fee >= 0),
            confirmations bigint NOT NULL DEFAULT 0,
            refusal_count integer NOT NULL DEFAULT 0,
            reason text NOT NULL DEFAULT '',
            created_at_ms bigint NOT NULL,
            updated_at_ms bigint NOT NULL,
            CHECK ((state IN ('planned', 'reserved')) = (transaction IS NULL)),
            CHECK ((transaction IS NULL) = (txid IS NULL) AND (transaction IS NULL) = (network_fee IS NULL))
        );
        CREATE INDEX payouts_unfinished ON payouts (payout_id) WHERE state <> 'confirmed';

        -- A payout is sent exactly once because its transaction is signed exactly once.
        CREATE FUNCTION keep_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.transaction IS NOT NULL
                AND (NEW.transaction, NEW.txid, NEW.network_fee)
                    IS DISTINCT FROM (OLD.transaction, OLD.txid, OLD.network_fee)
            THEN
                RAISE EXCEPTION 'payout % is signed already', OLD.payout_id
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER payouts_keep_their_transaction BEFORE UPDATE ON payouts
            FOR EACH ROW EXECUTE FUNCTION keep_transaction();
        CREATE TRIGGER payouts_stay BEFORE DELETE OR TRUNCATE ON payouts
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        CREATE TABLE payout_outputs (
            payout_id bigint NOT NULL REFERENCES payouts,
            account_id integer NOT NULL REFERENCES accounts,
            amount bigint NOT NULL CHECK (amount > 0),
            PRIMARY KEY (payout_id, account_id)
        );
        CREATE INDEX payout_outputs_account ON payout_outputs (account_id, payout_id);
        CREATE TRIGGER payout_outputs_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON payout_outputs
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """#
}
