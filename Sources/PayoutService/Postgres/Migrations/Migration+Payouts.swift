extension Migration {
    /// Every version of a payout's transaction, the coins it spends, and payouts that are given up.
    static let payoutTables = #"""
        ALTER TABLE payouts DROP CONSTRAINT payouts_state_check;
        ALTER TABLE payouts DROP CONSTRAINT payouts_check;
        DROP INDEX payouts_unfinished;
        UPDATE payouts SET state = 'stuck' WHERE state = 'stopped';
        ALTER TABLE payouts ADD CONSTRAINT payouts_state_check CHECK (state IN
            ('planned', 'reserved', 'signed', 'broadcast', 'confirmed', 'stuck', 'conflicted', 'cancelled'));
        ALTER TABLE payouts ADD CONSTRAINT signed_or_not CHECK (
            CASE state
                WHEN 'planned' THEN transaction IS NULL
                WHEN 'reserved' THEN transaction IS NULL
                WHEN 'cancelled' THEN true
                ELSE transaction IS NOT NULL
            END);
        CREATE INDEX payouts_unfinished ON payouts (payout_id) WHERE state NOT IN ('confirmed', 'cancelled');

        ALTER TABLE transfers DROP CONSTRAINT transfers_kind_check;
        ALTER TABLE transfers ADD CONSTRAINT transfers_kind_check CHECK (kind IN
            ('block_credit', 'block_mature', 'block_reverse', 'payout_reserve', 'payout_settle', 'payout_fee',
                'payout_cancel'));

        -- The versions of a payout's transaction: the first, and those that replace it with a higher fee. All spend the
        -- payout's coins and pay the same outputs, so that one of them at most can be mined. payouts.txid is the newest
        -- one's, or the one's that was mined.
        CREATE TABLE payout_transactions (
            txid bytea PRIMARY KEY CHECK (octet_length(txid) = 32),
            payout_id bigint NOT NULL REFERENCES payouts,
            version integer NOT NULL CHECK (version >= 1),
            transaction bytea NOT NULL,
            network_fee bigint NOT NULL CHECK (network_fee >= 0),
            -- Virtual bytes; 0 for those of earlier releases, which nothing replaces.
            virtual_size bigint NOT NULL CHECK (virtual_size >= 0),
            -- The chain's height when it was signed.
            signed_height bigint NOT NULL CHECK (signed_height >= 0),
            created_at_ms bigint NOT NULL,
            UNIQUE (payout_id, version)
        );
        INSERT INTO payout_transactions
            SELECT txid, payout_id, 1, transaction, network_fee, 0, 0, updated_at_ms FROM payouts
            WHERE transaction IS NOT NULL;
        CREATE TRIGGER payout_transactions_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON payout_transactions
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        CREATE OR REPLACE FUNCTION keep_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (NEW.transaction, NEW.txid, NEW.network_fee)
                    IS DISTINCT FROM (OLD.transaction, OLD.txid, OLD.network_fee)
                AND NOT EXISTS (SELECT FROM payout_transactions AS known
                    WHERE (known.payout_id, known.transaction, known.txid, known.network_fee)
                        = (NEW.payout_id, NEW.transaction, NEW.txid, NEW.network_fee))
            THEN
                RAISE EXCEPTION 'payout % has no such transaction', OLD.payout_id
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$;

        -- What each payout spends. A coin is one payout's for good, unless that payout is cancelled.
        CREATE TABLE payout_coins (
            payout_id bigint NOT NULL REFERENCES payouts,
            -- Internal order.
            coin_txid bytea NOT NULL CHECK (octet_length(coin_txid) = 32),
            coin_output bigint NOT NULL CHECK (coin_output BETWEEN 0 AND 4294967295),
            amount bigint NOT NULL CHECK (amount > 0),
            script_public_key bytea NOT NULL,
            is_held boolean NOT NULL DEFAULT true,
            PRIMARY KEY (payout_id, coin_txid, coin_output)
        );
        CREATE UNIQUE INDEX payout_coins_held ON payout_coins (coin_txid, coin_output) WHERE is_held;

        -- What miners pay of a payout's fee, out of their outputs; nothing here when the pool pays it.
        CREATE TABLE payout_fee_parts (
            payout_id bigint NOT NULL,
            account_id integer NOT NULL,
            amount bigint NOT NULL CHECK (amount > 0),
            PRIMARY KEY (payout_id, account_id),
            FOREIGN KEY (payout_id, account_id) REFERENCES payout_outputs
        );
        CREATE TRIGGER payout_fee_parts_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON payout_fee_parts
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

        -- Wishes of one account; null where the pool's own settings hold.
        CREATE TABLE account_settings (
            account_id integer PRIMARY KEY REFERENCES accounts CHECK (account_id <> 0),
            payout_threshold bigint CHECK (payout_threshold > 0),
            payout_interval_seconds bigint CHECK (payout_interval_seconds > 0)
        );

        -- Accounts that cannot be paid, because the wallet takes their address for no address.
        CREATE TABLE payout_exclusions (
            account_id integer PRIMARY KEY REFERENCES accounts CHECK (account_id <> 0),
            reason text NOT NULL,
            since_ms bigint NOT NULL
        );
        """#
}
