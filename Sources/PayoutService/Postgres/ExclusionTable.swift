internal import PostgresClient

/// The accounts that are left out of payouts.
struct ExclusionTable {
    private let session: PostgresSession

    init(_ session: PostgresSession) {
        self.session = session
    }

    /// Nothing happens to one that is not left out.
    func remove(_ account: Int32) throws(PostgresError) {
        try session.execute("DELETE FROM payout_exclusions WHERE account_id = $1", [.integer32(account)])
    }
}
