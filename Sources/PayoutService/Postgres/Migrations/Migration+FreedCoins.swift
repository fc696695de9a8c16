extension Migration {
    /// Coins of cancelled payouts are unlocked in the node once.
    static let freedCoins = #"""
        -- Whether the node was told, after the payout that held it was cancelled: who locks it from then on has a reason.
        ALTER TABLE payout_coins ADD COLUMN is_unlocked boolean NOT NULL DEFAULT false;
        CREATE INDEX payout_coins_freed ON payout_coins (payout_id) WHERE NOT is_held AND NOT is_unlocked;
        """#
}
