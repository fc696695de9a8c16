extension Migration {
    /// When the chain was asked of which the last report tells: an older report comes too late.
    static let sightingColumn = #"""
        ALTER TABLE blocks ADD COLUMN seen_at_ms bigint NOT NULL DEFAULT 0;
        """#
}
