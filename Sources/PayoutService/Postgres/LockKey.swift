/// The advisory locks of the database, one number each, chosen once and for good.
enum LockKey {
    /// Whoever changes the schema.
    static let migration: Int64 = 7_813_000_000_000_001
    /// Whoever pays: one replica only.
    static let payouts: Int64 = 7_813_000_000_000_002
    /// Shared by whoever records shares, held alone to see that none is on its way.
    ///
    /// The schema's `record_shares` has the same number.
    static let shareNumbers: Int64 = 7_813_000_000_000_003
    /// Whoever makes or drops a day of shares: the schema's `make_share_day` and `drop_share_day` have this number.
    static let shareDays: Int64 = 7_813_000_000_000_004
}
