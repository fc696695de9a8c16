extension Migration {
    /// Settled payouts that are looked after until no reorganisation reaches them.
    static let watchTables = #"""
        ALTER TABLE payouts
            -- How often it was settled: once, and once more each time that a reorganisation had undone it.
            ADD COLUMN round_count integer NOT NULL DEFAULT 0 CHECK (round_count >= 0),
            -- The chain's height when that was noticed last.
            ADD COLUMN taken_back_height bigint CHECK (taken_back_height >= 0);
        INSERT INTO transfer_kinds VALUES ('payout_reverse');

        -- A row from the settling until its transaction is deep enough, or gone.
        CREATE TABLE watched_payouts (
            payout_id bigint PRIMARY KEY REFERENCES payouts,
            -- When the wallet was last asked about this one by itself.
            looked_at_ms bigint NOT NULL DEFAULT 0
        );
        INSERT INTO watched_payouts (payout_id) SELECT payout_id FROM payouts WHERE state = 'confirmed';
        UPDATE payouts SET round_count = 1 WHERE state = 'confirmed';
        """#
}
