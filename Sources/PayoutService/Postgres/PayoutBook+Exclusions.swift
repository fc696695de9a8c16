internal import Ledger
internal import PostgresClient

/// Accounts that no payouts are planned of.
extension PayoutBook {
    func exclude(
        _ accounts: [PayoutExclusion],
        from row: PayoutRow,
        nowMs: Int64
    ) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            try session.execute(
                """
                INSERT INTO payout_exclusions (account_id, reason, is_for_a_person, since_ms)
                SELECT account_id, left(given.reason, 300), is_for_a_person::boolean, $4
                FROM unnest($1::text[], $2::text[], $3::text[]) AS given (address, reason, is_for_a_person)
                    JOIN accounts USING (address)
                ON CONFLICT (account_id) DO NOTHING
                """,
                [
                    .texts(accounts.map(\.account.description)),
                    .texts(accounts.map { $0.reason.withoutNUL }),
                    .texts(accounts.map { $0.isForAPerson ? "true" : "false" }), .integer(nowMs),
                ]
            )
            try cancel(row.id, reason: "an account of it cannot be paid", nowMs: nowMs, session)
            try session.execute("DELETE FROM meta WHERE key = 'payouts_planned_ms'")
        }
    }

    func excluded(countMax: Int, nowMs: Int64) async throws(StoreError) -> [AccountName] {
        try await transaction { session throws(PostgresError) in
            let rows = try session.execute(
                """
                SELECT address, account_id FROM payout_exclusions JOIN accounts USING (account_id)
                WHERE NOT is_for_a_person ORDER BY asked_at_ms, since_ms, account_id LIMIT $1
                """,
                [.integer(Int64(countMax))]
            )
            guard !rows.isEmpty else { return [] }
            try session.execute(
                "UPDATE payout_exclusions SET asked_at_ms = $2 WHERE account_id = ANY ($1)",
                [.integers(try rows.map { row throws(PostgresError) in try row.integer(1) }), .integer(nowMs)]
            )
            return try rows.map { row throws(PostgresError) in
                guard let account = AccountName(try row.text(0)) else { throw .unreadable("an account's name") }
                return account
            }
        }
    }

    func excludedCount() async throws(StoreError) -> Int {
        try await transaction { session throws(PostgresError) in
            try session.execute("SELECT count(*) FROM payout_exclusions")[0].integer(0)
        }
    }

    func admit(_ account: AccountName) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            guard let number = try AccountRecord.number(of: account, session) else { return }
            try ExclusionTable(session).remove(number)
        }
    }
}
