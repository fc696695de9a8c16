extension Migration {
    /// Accounts that the node refuses to have paid for another reason than their address: only a person lets them be paid
    /// again.
    static let exclusionColumns = #"""
        ALTER TABLE payout_exclusions ADD COLUMN is_for_a_person boolean NOT NULL DEFAULT false;
        -- When the wallet was last asked about the address.
        ALTER TABLE payout_exclusions ADD COLUMN asked_at_ms bigint NOT NULL DEFAULT 0;
        """#
}
