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
            try await session.execute(
                """
                SELECT payout_id, state, refusal_count, coalesce(transaction, ''), txid
                FROM payouts WHERE \(condition) ORDER BY payout_id
                """,
                parameters
            ).map { row throws(PostgresError) in
                guard let state = PayoutAttempt.State(rawValue: try row.text(1)) else {
                    throw .unreadable("a payout's state")
                }
                return PayoutRow(
                    id: try row.integer(0),
                    attempt: PayoutAttempt(
                        depthRequired: depthRequired,
                        state: state,
                        refusalCount: try row.integer(2)
                    ),
                    transaction: try row.bytes(3),
                    identifier: row.isNull(4) ? nil : Hash256(try row.bytes(4))
                )
            }
        }
    }

    /// Plans payouts of every balance over the threshold and sets their money aside, all or nothing.
    ///
    /// - Returns: How many payouts were planned; `nil` when the last time was less than `intervalMs` ago.
    func plan(
        threshold: Amount,
        outputCountMax: Int,
        intervalMs: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Int? {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                guard try isDue(session, intervalMs: intervalMs, nowMs: nowMs) else { return nil }
                let rows = try session.execute(
                    """
                    SELECT address, balance FROM balances JOIN accounts USING (account_id)
                    WHERE bucket = 'confirmed' AND balance >= $1 ORDER BY account_id FOR UPDATE OF balances
                    """,
                    [.integer(try threshold.databaseUnits())]
                )
                let balances = try rows.map { row throws(PostgresError) in
                    guard let account = AccountName(try row.text(0)) else { throw .unreadable("an account's name") }
                    return AccountAmount(account, Amount(units: try row.integer(1)))
                }
                let batches = PayoutPlan.batches(of: balances, threshold: threshold, outputCountMax: outputCountMax)
                for batch in batches { try reserve(batch, nowMs: nowMs, session) }
                return batches.count
            }
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
        let transfers = TransferTable(session, nowMs: nowMs)
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
        try transfers.post(
            batch.map { part in
                Transfer(
                    kind: .payoutReserve,
                    reference: String(id),
                    from: .miner(part.account, .confirmed),
                    to: .miner(part.account, .reserved),
                    amount: part.amount
                )
            }
        )
    }

    /// What a payout pays, in the order of account names.
    func outputs(of id: Int64) async throws(StoreError) -> [AccountAmount] {
        try await stored { () async throws(PostgresError) in
            try await session.execute(
                "SELECT address, amount FROM payout_outputs JOIN accounts USING (account_id) WHERE payout_id = $1",
                [.integer(id)]
            ).map { row throws(PostgresError) in
                guard let account = AccountName(try row.text(0)) else { throw .unreadable("an account's name") }
                return AccountAmount(account, Amount(units: try row.integer(1)))
            }.sorted { $0.account < $1.account }
        }
    }

    func cancel(_ row: PayoutRow, reason: String, nowMs: Int64) async throws(StoreError) {
        let outputs = try await outputs(of: row.id)
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let cancelled = try session.execute(
                    """
                    UPDATE payouts SET state = 'cancelled', reason = $2, updated_at_ms = $3
                    WHERE payout_id = $1 AND state IN ('reserved', 'conflicted') RETURNING payout_id
                    """,
                    [.integer(row.id), .text(reason.filter { $0 != "\0" }), .integer(nowMs)]
                )
                guard !cancelled.isEmpty else { return }
                try note(session, nowMs: nowMs)
                try session.execute(
                    "UPDATE payout_coins SET is_held = false WHERE payout_id = $1",
                    [.integer(row.id)]
                )
                let table = TransferTable(session, nowMs: nowMs)
                let returned = outputs.map { part in
                    Transfer(
                        kind: .payoutCancel,
                        reference: String(row.id),
                        from: .miner(part.account, .reserved),
                        to: .miner(part.account, .confirmed),
                        amount: part.amount
                    )
                }
                try table.post(returned)
                let debts = try table.held(by: outputs.map(\.account), in: .debt)
                try table.post(DebtRecovery.transfers(after: returned, debts: debts))
            }
        }
    }

    /// Stores the one transaction that this payout will ever have; only then may it be sent.
    ///
    /// - Returns: Whether it was stored: not when the payout has one already.
    func store(_ payout: BuiltPayout, of id: Int64, nowMs: Int64) async throws(StoreError) -> Bool {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let reserved = try session.execute(
                    "SELECT FROM payouts WHERE payout_id = $1 AND state = 'reserved' FOR UPDATE",
                    [.integer(id)]
                )
                guard !reserved.isEmpty else { return false }
                let values: [PostgresParameter] = [
                    .integer(id), .bytes(payout.transaction), .bytes(payout.identifier.bytes),
                    .integer(try payout.fee.databaseUnits()), .integer(nowMs),
                ]
                try session.execute(
                    """
                    INSERT INTO payout_transactions (payout_id, version, transaction, txid, network_fee, virtual_size,
                        signed_height, created_at_ms)
                    VALUES ($1, 1, $2, $3, $4, 0, 0, $5)
                    """,
                    values
                )
                try session.execute(
                    """
                    UPDATE payouts SET state = 'signed', transaction = $2, txid = $3, network_fee = $4, reason = '',
                        updated_at_ms = $5
                    WHERE payout_id = $1
                    """,
                    values
                )
                return true
            }
        }
    }

    /// Keeps how far a payout has come, and why no further.
    func save(
        _ row: PayoutRow,
        confirmations: UInt32?,
        reason: String,
        nowMs: Int64
    ) async throws(StoreError) {
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let saved = try session.execute(
                    """
                    UPDATE payouts SET state = $2, refusal_count = $3, confirmations = coalesce($4, confirmations),
                        reason = $5, updated_at_ms = $6
                    WHERE payout_id = $1 AND state NOT IN ('confirmed', 'cancelled') RETURNING payout_id
                    """,
                    [
                        .integer(row.id), .text(row.attempt.state.rawValue),
                        .integer32(Int32(clamping: row.attempt.refusalCount)),
                        confirmations.map { .integer(Int64($0)) } ?? .null, .text(reason.filter { $0 != "\0" }),
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

    /// Posts a payout as paid, and its fee as the pool's cost.
    func settle(_ row: PayoutRow, depth: UInt32, nowMs: Int64) async throws(StoreError) {
        let outputs = try await outputs(of: row.id)
        try await stored { () async throws(PostgresError) in
            try await session.transaction { session throws(PostgresError) in
                let rows = try session.execute(
                    """
                    UPDATE payouts SET state = 'confirmed', confirmations = $2, reason = '', updated_at_ms = $3
                    WHERE payout_id = $1 AND state NOT IN ('confirmed', 'cancelled') RETURNING network_fee
                    """,
                    [.integer(row.id), .integer(Int64(depth)), .integer(nowMs)]
                )
                guard let settled = rows.first else { return }
                var transfers = outputs.map { part in
                    Transfer(
                        kind: .payoutSettle,
                        reference: String(row.id),
                        from: .miner(part.account, .reserved),
                        to: .miner(part.account, .paid),
                        amount: part.amount
                    )
                }
                let fee = Amount(units: try settled.integer(0))
                if fee > .zero {
                    transfers.append(
                        Transfer(
                            kind: .payoutFee,
                            reference: String(row.id),
                            from: .pool(.fee),
                            to: .pool(.networkFee),
                            amount: fee
                        )
                    )
                }
                try TransferTable(session, nowMs: nowMs).post(transfers)
            }
        }
    }
}
