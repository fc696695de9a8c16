extension Migration {
    /// How fast everybody was, when somebody was last seen, and where the nodes are.
    static let sampleTables = #"""
        ALTER TABLE worker_counters ADD COLUMN last_share_ms bigint NOT NULL DEFAULT 0;

        -- What came in ten minutes; slot is Unix time in such steps. Derived from shares as work_minutes is.
        CREATE TABLE work_samples (
            -- 0: the pool, whose id is 0; 1: an account; 2: a worker.
            scope smallint NOT NULL CHECK (scope BETWEEN 0 AND 2),
            id integer NOT NULL,
            slot bigint NOT NULL,
            accepted bigint NOT NULL,
            work numeric NOT NULL,
            PRIMARY KEY (scope, id, slot)
        );
        -- Rows come in the order of time, and go in it.
        CREATE INDEX work_samples_slot ON work_samples USING brin (slot) WITH (autosummarize = on);

        CREATE TABLE node_states (
            name text PRIMARY KEY CHECK (octet_length(name) <= 64),
            height bigint NOT NULL,
            tip bytea NOT NULL CHECK (octet_length(tip) = 32),
            seen_at_ms bigint NOT NULL
        );

        -- For statements, and for a block's and the newest payouts.
        CREATE INDEX transfers_debit ON transfers (debit_account_id, transfer_id) WHERE debit_account_id <> 0;
        CREATE INDEX transfers_credit ON transfers (credit_account_id, transfer_id) WHERE credit_account_id <> 0;
        CREATE INDEX blocks_finder ON blocks (finder_account_id);
        """#
}
