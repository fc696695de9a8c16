internal import JSON
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// What the database has of one account.
struct AccountRecord: Sendable {
    let account: AccountName
    let threshold: Int64?
    let intervalSeconds: Int64?
    let exclusion: String?
    let balances: [(bucket: String, balance: Int64)]

    /// - Returns: `nil` for an account that is not there.
    init?(_ account: AccountName, _ session: PostgresSession) throws(PostgresError) {
        let found = try session.execute(
            """
            SELECT payout_threshold, payout_interval_seconds, payout_exclusions.reason
            FROM accounts LEFT JOIN account_settings USING (account_id) LEFT JOIN payout_exclusions USING (account_id)
            WHERE address = $1
            """,
            [.text(account.description)]
        )
        guard let row = found.first else { return nil }
        self.account = account
        threshold = row.isNull(0) ? nil : try row.integer(0)
        intervalSeconds = row.isNull(1) ? nil : try row.integer(1)
        exclusion = row.isNull(2) ? nil : try row.text(2)
        balances = try session.execute(
            """
            SELECT bucket, balance FROM balances JOIN accounts USING (account_id)
            WHERE address = $1 ORDER BY bucket
            """,
            [.text(account.description)]
        ).map { row throws(PostgresError) in (try row.text(0), try row.integer(1)) }
    }

    /// - Returns: `nil` for an account that is not there.
    static func number(of account: AccountName, _ session: PostgresSession) throws(PostgresError) -> Int32? {
        try session.execute(
            "SELECT account_id FROM accounts WHERE address = $1",
            [.text(account.description)]
        ).first?.integer(0)
    }

    /// As operators see it; `settings` hold where it has nothing of its own.
    func json(under settings: PayoutSettings) -> JSON {
        var amounts = JSONObject()
        for (bucket, balance) in balances { amounts[bucket] = JSON(balance) }
        return [
            "address": JSON(account.description),
            "balances": .object(amounts),
            "payout_threshold": JSON(threshold ?? Int64(clamping: settings.payoutThreshold.units)),
            "payout_threshold_is_own": JSON(threshold != nil),
            "payout_interval_seconds": JSON(intervalSeconds ?? settings.payoutIntervalSeconds),
            "payout_interval_is_own": JSON(intervalSeconds != nil),
            "excluded_because": exclusion.map { JSON($0) } ?? .null,
        ]
    }
}
