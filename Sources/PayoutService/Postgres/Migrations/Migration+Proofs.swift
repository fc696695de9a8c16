extension Migration {
    /// What everybody was counted and credited for a block, as it was at the first credit, and the root over it.
    static let proofTables = #"""
        ALTER TABLE blocks
            -- What the salts of the tree's leaves are made from; secret.
            ADD COLUMN proof_seed bytea CHECK (octet_length(proof_seed) = 32),
            ADD COLUMN proof_root bytea CHECK (octet_length(proof_root) = 32),
            ADD CHECK ((proof_seed IS NULL) = (proof_root IS NULL));

        -- Account 0 is the pool, with its fee. Not declared as foreign keys: a check of each would cost as much as the row.
        CREATE TABLE block_credits (
            block_hash bytea NOT NULL,
            account_id integer NOT NULL,
            work numeric(39, 0) NOT NULL CHECK (work >= 0),
            amount bigint NOT NULL CHECK (amount >= 0),
            PRIMARY KEY (block_hash, account_id)
        );
        CREATE TRIGGER block_credits_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON block_credits
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        """#
}
