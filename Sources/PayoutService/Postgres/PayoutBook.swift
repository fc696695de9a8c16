internal import ChainAdapter
internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// The payouts in the database.
///
/// Works through the session that holds the payout lock: a replica that has lost the lock can write nothing any more.
struct PayoutBook: PayoutStore {
    let lock: AdvisoryLock
    let depthRequired: UInt32
    /// What a person does: written with the change of state that it comes to.
    var entry: OperatorEntry?

    private var session: PostgresConnection { lock.session }

    func release() async {
        await lock.release()
    }

    func unfinished() async throws(StoreError) -> [PayoutRow] {
        try await rows(where: "state NOT IN ('confirmed', 'cancelled')", [])
    }

    func payout(_ id: Int64) async throws(StoreError) -> PayoutRow? {
        try await rows(where: "payout_id = $1", [.integer(id)]).first
    }

    private func rows(
        where condition: String,
        _ parameters: [PostgresParameter]
    ) async throws(StoreError) -> [PayoutRow] {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let table = PayoutTransactionTable(session)
                let versions = try table.versions(where: condition, parameters)
                let coins = try table.coins(where: condition, parameters)
                return try session.execute(
                    "SELECT payout_id, state, refusal_count FROM payouts WHERE \(condition) ORDER BY payout_id",
                    parameters
                ).map { row throws(PostgresError) in
                    guard let state = PayoutAttempt.State(rawValue: try row.text(1)) else {
                        throw .unreadable("a payout's state")
                    }
                    let id: Int64 = try row.integer(0)
                    return PayoutRow(
                        id: id,
                        attempt: PayoutAttempt(
                            depthRequired: depthRequired,
                            state: state,
                            refusalCount: try row.integer(2)
                        ),
                        versions: versions[id] ?? [],
                        coins: coins[id] ?? []
                    )
                }
            }
        }
    }

    func plan(
        threshold: Amount,
        intervalMs: Int64,
        nowMs: Int64,
        choose: @Sendable ([PayoutPlan.Candidate]) -> [[AccountAmount]]
    ) async throws(StoreError) -> Int? {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                guard try isDue(session, intervalMs: intervalMs, nowMs: nowMs) else { return nil }
                let batches = choose(try candidates(threshold: threshold, session))
                for batch in batches { try reserve(batch, nowMs: nowMs, session) }
                return batches.count
            }
        }
    }

    /// Nobody else changes these balances until the transaction ends.
    private func candidates(
        threshold: Amount,
        _ session: PostgresSession
    ) throws(PostgresError) -> [PayoutPlan.Candidate] {
        try session.execute(
            """
            SELECT address, balance, payout_threshold, payout_interval_seconds,
                CASE WHEN payout_interval_seconds IS NOT NULL THEN (
                    SELECT max(payouts.created_at_ms) FROM payout_outputs JOIN payouts USING (payout_id)
                    WHERE payout_outputs.account_id = balances.account_id AND state <> 'cancelled') END
            FROM balances JOIN accounts USING (account_id) LEFT JOIN account_settings USING (account_id)
            WHERE bucket = 'confirmed' AND balance > 0 AND balance >= coalesce(payout_threshold, $1)
                AND NOT EXISTS (SELECT FROM payout_exclusions WHERE payout_exclusions.account_id = balances.account_id)
            ORDER BY balances.account_id FOR UPDATE OF balances
            """,
            [.integer(try threshold.databaseUnits())]
        ).map { row throws(PostgresError) in
            guard let account = AccountName(try row.text(0)) else { throw .unreadable("an account's name") }
            return PayoutPlan.Candidate(
                account: account,
                balance: Amount(units: try row.integer(1)),
                threshold: row.isNull(2) ? nil : Amount(units: try row.integer(2)),
                intervalMs: row.isNull(3) ? nil : try row.integer(3, as: Int64.self).milliseconds,
                plannedAtMs: row.isNull(4) ? nil : try row.integer(4)
            )
        }
    }

    private func isDue(
        _ session: PostgresSession,
        intervalMs: Int64,
        nowMs: Int64
    ) throws(PostgresError) -> Bool {
        let rows = try session.execute(
            """
            INSERT INTO meta VALUES ('payouts_planned_ms', $1)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value
                WHERE meta.value::bigint <= $2 OR meta.value::bigint > $3
            RETURNING true
            """,
            [.text(String(nowMs)), .integer(nowMs - intervalMs), .integer(nowMs)]
        )
        return !rows.isEmpty
    }

    private func reserve(
        _ batch: [AccountAmount],
        nowMs: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) {
        var attempt = PayoutAttempt(depthRequired: depthRequired)
        _ = attempt.handle(.reserved)
        let id: Int64 = try session.execute(
            "INSERT INTO payouts (state, created_at_ms, updated_at_ms) VALUES ($1, $2, $2) RETURNING payout_id",
            [.text(attempt.state.rawValue), .integer(nowMs)]
        )[0].integer(0)
        try session.execute(
            """
            INSERT INTO payout_outputs (payout_id, account_id, amount)
            SELECT $1, account_id, amount FROM unnest($2::text[], $3::bigint[]) AS given (address, amount)
            JOIN accounts USING (address)
            """,
            [
                .integer(id), .texts(batch.map(\.account.description)),
                .integers(try batch.map { part throws(PostgresError) in try part.amount.databaseUnits() }),
            ]
        )
        try TransferTable(session, nowMs: nowMs).post(PayoutMoney.reservation(of: id, batch))
    }

    func outputs(of id: Int64) async throws(StoreError) -> [PayoutOutput] {
        try await stored { () async throws(PostgresError) in
            try await session.execute(
                """
                SELECT address, payout_outputs.amount, coalesce(payout_fee_parts.amount, 0)
                FROM payout_outputs JOIN accounts USING (account_id)
                    LEFT JOIN payout_fee_parts USING (payout_id, account_id)
                WHERE payout_id = $1
                """,
                [.integer(id)]
            ).map { row throws(PostgresError) in
                guard let account = AccountName(try row.text(0)) else { throw .unreadable("an account's name") }
                return PayoutOutput(
                    account: account,
                    amount: Amount(units: try row.integer(1)),
                    feePart: Amount(units: try row.integer(2))
                )
            }.sorted { $0.account < $1.account }
        }
    }

    func held(among coins: [CoinReference]) async throws(StoreError) -> Set<CoinReference> {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                try PayoutTransactionTable(session).held(among: coins)
            }
        }
    }

    func freed() async throws(StoreError) -> [CoinReference] {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                try PayoutTransactionTable(session).freed()
            }
        }
    }

    func store(
        _ version: PayoutVersion,
        of draft: PayoutDraft,
        for id: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Bool {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let reserved = try session.execute(
                    "SELECT FROM payouts WHERE payout_id = $1 AND state = 'reserved' FOR UPDATE",
                    [.integer(id)]
                )
                guard !reserved.isEmpty else { return false }
                let table = PayoutTransactionTable(session)
                try table.insert(version, of: id, nowMs: nowMs)
                try table.insert(draft.coins, of: id)
                try table.insert(draft.feeParts, of: id)
                try setSigned(version, of: id, nowMs: nowMs, session)
                return true
            }
        }
    }

    func handOver(
        _ handover: Handover,
        of draft: PayoutDraft,
        for id: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Bool {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let reserved = try session.execute(
                    """
                    UPDATE payouts SET reason = 'signature: waits for whoever has the keys', updated_at_ms = $2
                    WHERE payout_id = $1 AND state = 'reserved'
                        AND NOT EXISTS (SELECT FROM payout_handovers WHERE payout_handovers.payout_id = $1)
                    RETURNING payout_id
                    """,
                    [.integer(id), .integer(nowMs)]
                )
                guard !reserved.isEmpty else { return false }
                let table = PayoutTransactionTable(session)
                try table.insert(draft.coins, of: id)
                try table.insert(draft.feeParts, of: id)
                try HandoverTable(session).insert(handover, of: id, nowMs: nowMs)
                return true
            }
        }
    }

    func handover(of id: Int64) async throws(StoreError) -> Handover? {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                try HandoverTable(session).handover(of: id)
            }
        }
    }

    func markExported(_ id: Int64, nowMs: Int64) async throws(StoreError) {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                guard try HandoverTable(session).markExported(id, nowMs: nowMs) else {
                    throw .unreadable("payout \(id) is not handed over")
                }
                try note(session, nowMs: nowMs)
            }
        }
    }

    func adopt(_ version: PayoutVersion, of id: Int64, nowMs: Int64) async throws(StoreError) -> Bool {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let reserved = try session.execute(
                    "SELECT FROM payouts WHERE payout_id = $1 AND state = 'reserved' FOR UPDATE",
                    [.integer(id)]
                )
                guard !reserved.isEmpty else { return false }
                try PayoutTransactionTable(session).insert(version, of: id, nowMs: nowMs)
                try setSigned(version, of: id, nowMs: nowMs, session)
                try note(session, nowMs: nowMs)
                return true
            }
        }
    }

    private func setSigned(
        _ version: PayoutVersion,
        of id: Int64,
        nowMs: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) {
        try session.execute(
            """
            UPDATE payouts SET state = 'signed', transaction = $2, txid = $3, network_fee = $4, reason = '',
                updated_at_ms = $5
            WHERE payout_id = $1
            """,
            try current(version, of: id) + [.integer(nowMs)]
        )
    }

    func replace(by version: PayoutVersion, of id: Int64, nowMs: Int64) async throws(StoreError) {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                try PayoutTransactionTable(session).insert(version, of: id, nowMs: nowMs)
                try session.execute(
                    """
                    UPDATE payouts SET transaction = $2, txid = $3, network_fee = $4, updated_at_ms = $5
                    WHERE payout_id = $1
                    """,
                    try current(version, of: id) + [.integer(nowMs)]
                )
            }
        }
    }

    private func current(_ version: PayoutVersion, of id: Int64) throws(PostgresError) -> [PostgresParameter] {
        [
            .integer(id), .bytes(version.transaction), .bytes(version.identifier.bytes),
            .integer(try version.fee.databaseUnits()),
        ]
    }

    /// Keeps how far a payout has come, and why no further.
    func save(
        _ row: PayoutRow,
        confirmations: UInt32?,
        reason: String?,
        nowMs: Int64
    ) async throws(StoreError) {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let saved = try session.execute(
                    """
                    UPDATE payouts SET state = $2, refusal_count = $3, confirmations = coalesce($4, confirmations),
                        reason = coalesce($5, reason), updated_at_ms = $6
                    WHERE payout_id = $1 AND state NOT IN ('confirmed', 'cancelled') RETURNING payout_id
                    """,
                    [
                        .integer(row.id), .text(row.attempt.state.rawValue),
                        .integer32(Int32(clamping: row.attempt.refusalCount)),
                        confirmations.map { .integer(Int64($0)) } ?? .null,
                        reason.map { .text($0.filter { $0 != "\0" }) } ?? .null,
                        .integer(nowMs),
                    ]
                )
                if !saved.isEmpty { try note(session, nowMs: nowMs) }
            }
        }
    }

    /// Says in the audit log who has brought about what this transaction does.
    private func note(_ session: PostgresSession, nowMs: Int64) throws(PostgresError) {
        guard let entry else { return }
        try OperatorTable(session).insert(entry, nowMs: nowMs)
    }

    func cancel(_ row: PayoutRow, reason: String, nowMs: Int64) async throws(StoreError) {
        let outputs = try await outputs(of: row.id)
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                try cancel(row.id, outputs, reason: reason, nowMs: nowMs, session)
            }
        }
    }

    private func cancel(
        _ id: Int64,
        _ outputs: [PayoutOutput],
        reason: String,
        nowMs: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) {
        let cancelled = try session.execute(
            """
            UPDATE payouts SET state = 'cancelled', reason = $2, updated_at_ms = $3
            WHERE payout_id = $1 AND state IN ('reserved', 'conflicted') RETURNING payout_id
            """,
            [.integer(id), .text(reason.filter { $0 != "\0" }), .integer(nowMs)]
        )
        guard !cancelled.isEmpty else { return }
        try note(session, nowMs: nowMs)
        try session.execute("UPDATE payout_coins SET is_held = false WHERE payout_id = $1", [.integer(id)])
        let table = TransferTable(session, nowMs: nowMs)
        let returned = PayoutMoney.cancellation(of: id, outputs)
        try table.post(returned)
        let debts = try table.held(by: outputs.map(\.account), in: .debt)
        try table.post(DebtRecovery.transfers(after: returned, debts: debts))
    }

    func settle(_ row: PayoutRow, by version: Hash256, depth: UInt32, nowMs: Int64) async throws(StoreError) {
        let outputs = try await outputs(of: row.id)
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let settled = try session.execute(
                    """
                    UPDATE payouts SET state = 'confirmed', confirmations = $2, reason = '', updated_at_ms = $3,
                        transaction = mined.transaction, txid = mined.txid, network_fee = mined.network_fee
                    FROM payout_transactions AS mined
                    WHERE payouts.payout_id = $1 AND payouts.state NOT IN ('confirmed', 'cancelled')
                        AND mined.payout_id = $1 AND mined.txid = $4
                    RETURNING mined.network_fee
                    """,
                    [.integer(row.id), .integer(Int64(depth)), .integer(nowMs), .bytes(version.bytes)]
                )
                guard let mined = settled.first else { return }
                let fee = Amount(units: try mined.integer(0))
                let transfers = PayoutMoney.settlement(of: row.id, outputs, fee: fee)
                try TransferTable(session, nowMs: nowMs).post(transfers)
            }
        }
    }

    func exclude(
        _ accounts: [PayoutExclusion],
        from row: PayoutRow,
        nowMs: Int64
    ) async throws(StoreError) {
        let outputs = try await outputs(of: row.id)
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
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
                        .texts(accounts.map { $0.reason.filter { $0 != "\0" } }),
                        .texts(accounts.map { $0.isForAPerson ? "true" : "false" }), .integer(nowMs),
                    ]
                )
                try cancel(row.id, outputs, reason: "an account of it cannot be paid", nowMs: nowMs, session)
                try session.execute("DELETE FROM meta WHERE key = 'payouts_planned_ms'")
            }
        }
    }

    func excluded(countMax: Int, nowMs: Int64) async throws(StoreError) -> [AccountName] {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
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
    }

    func excludedCount() async throws(StoreError) -> Int {
        try await stored { () async throws(PostgresError) in
            try await session.execute("SELECT count(*) FROM payout_exclusions")[0].integer(0)
        }
    }

    func admit(_ account: AccountName) async throws(StoreError) {
        _ = try await stored { () async throws(PostgresError) in
            try await session.execute(
                "DELETE FROM payout_exclusions USING accounts WHERE accounts.account_id = payout_exclusions.account_id AND address = $1",
                [.text(account.description)]
            )
        }
    }
}

extension Int64 {
    /// Seconds as milliseconds; as many as there can be of what is more.
    fileprivate var milliseconds: Int64 {
        let (product, isTooMuch) = multipliedReportingOverflow(by: 1_000)
        return isTooMuch ? .max : product
    }
}
