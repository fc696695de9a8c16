extension Migration {
    /// On what terms each block is split, and what a miner may owe.
    static let termColumns = #"""
        -- Null for blocks that were heard of before these columns: for them the settings hold.
        ALTER TABLE blocks
            ADD COLUMN scheme text CHECK (scheme IN ('pplns', 'prop', 'solo')),
            ADD COLUMN window_factor_millionths numeric CHECK (window_factor_millionths >= 1),
            ADD COLUMN fee_millionths bigint CHECK (fee_millionths BETWEEN 0 AND 1000000),
            -- Of a round: the last share that does not belong to it any more.
            ADD COLUMN window_start_seq bigint,
            ADD CHECK ((scheme IS NOT DISTINCT FROM 'pplns') = (window_factor_millionths IS NOT NULL)),
            ADD CHECK ((scheme IS NULL) = (fee_millionths IS NULL));

        -- A reward that turned out smaller is split again: the proofs are of the last round that was split.
        ALTER TABLE blocks ADD COLUMN proof_round integer;
        UPDATE blocks SET proof_round = 1 WHERE proof_root IS NOT NULL;
        ALTER TABLE block_credits
            ADD COLUMN round integer NOT NULL DEFAULT 1,
            DROP CONSTRAINT block_credits_pkey,
            ADD PRIMARY KEY (block_hash, round, account_id);
        ALTER TABLE block_credits ALTER COLUMN round DROP DEFAULT;

        ALTER TABLE balances
            DROP CONSTRAINT balances_bucket_check,
            DROP CONSTRAINT a_miner_owes_nothing,
            ADD CONSTRAINT balances_bucket_check CHECK (bucket IN
                ('immature', 'confirmed', 'reserved', 'paid', 'debt', 'fee', 'chain', 'network_fee')),
            ADD CONSTRAINT only_debt_is_below_zero CHECK (
                account_id = 0 OR CASE bucket WHEN 'debt' THEN balance <= 0 ELSE balance >= 0 END);

        -- A table and no CHECK: a new kind is a row, and never a list that two migrations write differently.
        CREATE TABLE transfer_kinds (kind text PRIMARY KEY);
        INSERT INTO transfer_kinds VALUES
            ('block_credit'), ('block_mature'), ('block_reverse'), ('debt_recover'),
            ('payout_reserve'), ('payout_settle'), ('payout_fee'), ('payout_cancel');
        ALTER TABLE transfers
            DROP CONSTRAINT transfers_kind_check,
            ADD CONSTRAINT transfers_kind_fkey FOREIGN KEY (kind) REFERENCES transfer_kinds;
        """#
}
