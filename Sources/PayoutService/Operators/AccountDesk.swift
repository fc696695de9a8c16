internal import BlockFormat
internal import JSON
internal import Ledger
internal import MiningDomain
internal import PostgresClient
internal import ServiceRuntime

/// What operators see of one account, and set for it.
struct AccountDesk: Sendable {
    let pool: ConnectionPool
    let settings: PayoutSettings
    let log: OperatorLog
    let surroundings: Surroundings

    func show(_ text: String) async throws(AccountRefusal) -> JSON {
        let account = try account(text)
        let known = try await onDatabase { () async throws(PostgresError) in
            try await pool.snapshot { session throws(PostgresError) in try AccountRecord(account, session) }
        }
        guard let known else { throw .unknown(account) }
        return known.json(under: settings)
    }

    /// Sets what `wish` has and leaves the rest as it was.
    func set(_ text: String, to wish: AccountWish, by name: OperatorName) async throws(AccountRefusal) -> JSON {
        var parameters: [String: String] = [:]
        parameters["payout_threshold"] = wish.threshold.map { "\($0.units)" }
        parameters["payout_interval_seconds"] = wish.intervalSeconds.map { "\($0)" }
        return try await change(text, .accountSet, parameters, to: wish, by: name) {
            number,
            session throws(PostgresError) in
            try session.execute(
                """
                INSERT INTO account_settings (account_id, payout_threshold, payout_interval_seconds) VALUES ($1, $2, $3)
                ON CONFLICT (account_id) DO UPDATE SET
                    payout_threshold = coalesce(excluded.payout_threshold, account_settings.payout_threshold),
                    payout_interval_seconds =
                        coalesce(excluded.payout_interval_seconds, account_settings.payout_interval_seconds)
                """,
                [
                    .integer32(number), wish.threshold.map { .integer(Int64(clamping: $0.units)) } ?? .null,
                    wish.intervalSeconds.map(PostgresParameter.integer) ?? .null,
                ]
            )
        }
    }

    /// Lets the pool's settings hold again.
    func reset(_ text: String, by name: OperatorName) async throws(AccountRefusal) -> JSON {
        try await change(text, .accountReset, by: name) { number, session throws(PostgresError) in
            try session.execute("DELETE FROM account_settings WHERE account_id = $1", [.integer32(number)])
        }
    }

    /// Has an account paid again that the wallet's node had refused to pay; nothing happens to any other.
    func admit(_ text: String, by name: OperatorName) async throws(AccountRefusal) -> JSON {
        try await change(text, .accountAdmit, by: name) { number, session throws(PostgresError) in
            try ExclusionTable(session).remove(number)
        }
    }

    /// Changes something of one account and writes that down, both or neither.
    private func change(
        _ text: String,
        _ action: OperatorEntry.Action,
        _ parameters: [String: String] = [:],
        to wish: AccountWish = AccountWish(),
        by name: OperatorName,
        _ change: @Sendable (_ account: Int32, PostgresSession) throws(PostgresError) -> Void
    ) async throws(AccountRefusal) -> JSON {
        let account = try account(text)
        let entry = OperatorEntry(
            name,
            action,
            OperatorEntry.object(account: account.description),
            parameters: parameters
        )
        do throws(AccountRefusal) {
            try check(wish, for: account)
            let known = try await onDatabase { () async throws(PostgresError) in
                try await pool.transaction { session throws(PostgresError) -> AccountRecord? in
                    guard let number = try AccountRecord.number(of: account, session) else { return nil }
                    try change(number, session)
                    try OperatorTable(session).insert(entry, nowMs: surroundings.nowMs)
                    return try AccountRecord(account, session)
                }
            }
            guard let known else { throw .unknown(account) }
            return known.json(under: settings)
        } catch {
            await log.write(refused: entry.refused("\(error)"))
            throw error
        }
    }

    private func check(_ wish: AccountWish, for account: AccountName) throws(AccountRefusal) {
        do throws(AccountWish.Refusal) {
            try wish.check(for: account, under: settings)
        } catch {
            throw .wish(error)
        }
    }

    private func account(_ text: String) throws(AccountRefusal) -> AccountName {
        guard let account = AccountName(address: text, on: settings.network) else { throw .notAnAddress(text) }
        return account
    }

    private func onDatabase<Value>(
        _ call: () async throws(PostgresError) -> Value
    ) async throws(AccountRefusal) -> Value {
        do throws(PostgresError) {
            return try await call()
        } catch {
            throw .database(error)
        }
    }
}
