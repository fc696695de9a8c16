internal import BlockFormat
internal import JSON
internal import Ledger
internal import MiningDomain
internal import PostgresClient
internal import ServiceRuntime
internal import System

/// What operators see of one account, and set for it.
struct AccountDesk: Sendable {
    enum Refusal: Error, Equatable {
        case notAnAddress(String)
        /// No work was ever recorded for it.
        case unknown(AccountName)
        case wish(AccountWish.Refusal)
        case database(PostgresError)
    }

    let pool: ConnectionPool
    let settings: PayoutSettings
    let log: OperatorLog
    let surroundings: Surroundings

    func show(_ text: String) async throws(Refusal) -> JSON {
        let account = try account(text)
        let known = try await inTransaction { session throws(PostgresError) -> Known? in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return try Known(account, session)
        }
        guard let known else { throw .unknown(account) }
        return json(known, of: account)
    }

    /// Sets what `wish` has and leaves the rest as it was.
    func set(_ text: String, to wish: AccountWish, by name: OperatorName) async throws(Refusal) -> JSON {
        var parameters: [String: String] = [:]
        parameters["payout_threshold"] = wish.threshold.map { "\($0.units)" }
        parameters["payout_interval_seconds"] = wish.intervalSeconds.map { "\($0)" }
        return try await change(text, .accountSet, parameters, by: name) { account throws(Refusal) in
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
    func reset(_ text: String, by name: OperatorName) async throws(Refusal) -> JSON {
        try await change(text, .accountReset, [:], by: name) { _ throws(Refusal) in
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

    /// Changes something of one account and writes that down, both or neither.
    private func change(
        _ text: String,
        _ action: OperatorEntry.Action,
        _ parameters: [String: String],
        by name: OperatorName,
        _ decide: (AccountName) throws(Refusal) -> (sql: String, parameters: [PostgresParameter])
    ) async throws(Refusal) -> JSON {
        let account = try account(text)
        let entry = OperatorEntry(
            name,
            action,
            OperatorEntry.object(account: account.description),
            parameters: parameters
        )
        do throws(Refusal) {
            let (sql, values) = try decide(account)
            let nowMs = Int64(clamping: surroundings.clock.unixMilliseconds)
            let known = try await inTransaction { session throws(PostgresError) -> Known? in
                let changed = try session.execute(sql, [.text(account.description)] + values)
                guard !changed.isEmpty else { return nil }
                try OperatorTable(session).insert(entry, nowMs: nowMs)
                return try Known(account, session)
            }
            guard let known else { throw .unknown(account) }
            return json(known, of: account)
        } catch {
            await log.write(refused: entry.refused("\(error)"))
            throw error
        }
    }

    private func account(_ text: String) throws(Refusal) -> AccountName {
        guard let account = AccountName(address: text, on: settings.network) else { throw .notAnAddress(text) }
        return account
    }

    private func inTransaction<Value: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresError) -> Value
    ) async throws(Refusal) -> Value {
        do throws(PostgresError) {
            return try await pool.transaction(body)
        } catch {
            throw .database(error)
        }
    }

    private func json(_ known: Known, of account: AccountName) -> JSON {
        var balances = JSONObject()
        for (bucket, balance) in known.balances { balances[bucket] = JSON(balance) }
        let pool = Int64(clamping: settings.payoutInterval.wholeMilliseconds / 1_000)
        return [
            "address": JSON(account.description),
            "balances": .object(balances),
            "payout_threshold": JSON(known.threshold ?? Int64(clamping: settings.payoutThreshold.units)),
            "payout_threshold_is_own": JSON(known.threshold != nil),
            "payout_interval_seconds": JSON(known.intervalSeconds ?? pool),
            "payout_interval_is_own": JSON(known.intervalSeconds != nil),
            "excluded_because": known.exclusion.map { JSON($0) } ?? .null,
        ]
    }
}

extension AccountDesk {
    /// What the database has of one account.
    fileprivate struct Known: Sendable {
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
    }
}

extension AccountDesk.Refusal: CustomStringConvertible {
    var description: String {
        switch self {
        case .notAnAddress(let text): "\"\(text)\" is no address of this network"
        case .unknown(let account): "no work was ever recorded for \(account)"
        case .wish(let refusal): "\(refusal)"
        case .database(let error): "the ledger's database: \(error)"
        }
    }
}
