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
        let known = try await inTransaction { session throws(PostgresError) -> AccountRecord? in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return try AccountRecord(account, session)
        }
        guard let known else { throw .unknown(account) }
        return known.json(under: settings)
    }

    /// Sets what `wish` has and leaves the rest as it was.
    func set(_ text: String, to wish: AccountWish, by name: OperatorName) async throws(AccountRefusal) -> JSON {
        var parameters: [String: String] = [:]
        parameters["payout_threshold"] = wish.threshold.map { "\($0.units)" }
        parameters["payout_interval_seconds"] = wish.intervalSeconds.map { "\($0)" }
        return try await change(text, .accountSet, parameters, by: name) { account throws(AccountRefusal) in
            do throws(AccountWish.Refusal) {
                try wish.check(for: account, under: settings)
            } catch {
                throw .wish(error)
            }
            return (
                """
                INSERT INTO account_settings (account_id, payout_threshold, payout_interval_seconds)
                SELECT account_id, $2, $3 FROM accounts WHERE address = $1
                ON CONFLICT (account_id) DO UPDATE SET
                    payout_threshold = coalesce(excluded.payout_threshold, account_settings.payout_threshold),
                    payout_interval_seconds =
                        coalesce(excluded.payout_interval_seconds, account_settings.payout_interval_seconds)
                RETURNING account_id
                """,
                [
                    wish.threshold.map { .integer(Int64(clamping: $0.units)) } ?? .null,
                    wish.intervalSeconds.map(PostgresParameter.integer) ?? .null,
                ]
            )
        }
    }

    /// Lets the pool's settings hold again.
    func reset(_ text: String, by name: OperatorName) async throws(AccountRefusal) -> JSON {
        try await change(text, .accountReset, [:], by: name) { _ throws(AccountRefusal) in
            (
                """
                WITH reset AS (
                    DELETE FROM account_settings USING accounts
                    WHERE account_settings.account_id = accounts.account_id AND address = $1)
                SELECT account_id FROM accounts WHERE address = $1
                """,
                []
            )
        }
    }

    /// Has an account paid again that the wallet's node had refused to pay; nothing happens to any other.
    func admit(_ text: String, by name: OperatorName) async throws(AccountRefusal) -> JSON {
        try await change(text, .accountAdmit, [:], by: name) { _ throws(AccountRefusal) in
            (
                """
                WITH admitted AS (
                    DELETE FROM payout_exclusions USING accounts
                    WHERE payout_exclusions.account_id = accounts.account_id AND address = $1)
                SELECT account_id FROM accounts WHERE address = $1
                """,
                []
            )
        }
    }

    /// Changes something of one account and writes that down, both or neither.
    private func change(
        _ text: String,
        _ action: OperatorEntry.Action,
        _ parameters: [String: String],
        by name: OperatorName,
        _ decide: (AccountName) throws(AccountRefusal) -> (sql: String, parameters: [PostgresParameter])
    ) async throws(AccountRefusal) -> JSON {
        let account = try account(text)
        let entry = OperatorEntry(
            name,
            action,
            OperatorEntry.object(account: account.description),
            parameters: parameters
        )
        do throws(AccountRefusal) {
            let (sql, values) = try decide(account)
            let nowMs = Int64(clamping: surroundings.clock.unixMilliseconds)
            let known = try await inTransaction { session throws(PostgresError) -> AccountRecord? in
                let changed = try session.execute(sql, [.text(account.description)] + values)
                guard !changed.isEmpty else { return nil }
                try OperatorTable(session).insert(entry, nowMs: nowMs)
                return try AccountRecord(account, session)
            }
            guard let known else { throw .unknown(account) }
            return known.json(under: settings)
        } catch {
            await log.write(refused: entry.refused("\(error)"))
            throw error
        }
    }

    private func account(_ text: String) throws(AccountRefusal) -> AccountName {
        guard let account = AccountName(address: text, on: settings.network) else { throw .notAnAddress(text) }
        return account
    }

    private func inTransaction<Value: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresError) -> Value
    ) async throws(AccountRefusal) -> Value {
        do throws(PostgresError) {
            return try await pool.transaction(body)
        } catch {
            throw .database(error)
        }
    }
}
