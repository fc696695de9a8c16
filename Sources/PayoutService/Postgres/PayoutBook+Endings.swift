internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// How far payouts have come, and their ends.
extension PayoutBook {
    func save(
        _ row: PayoutRow,
        confirmations: UInt32?,
        reason: String?,
        nowMs: Int64
    ) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            let saved = try session.execute(
                """
                UPDATE payouts SET state = $2, refusal_count = $3, confirmations = coalesce($4, confirmations),
                    reason = coalesce($5, reason), updated_at_ms = $6
                WHERE payout_id = $1 AND \(PayoutAttempt.State.isOpen) RETURNING payout_id
                """,
                [
                    .integer(row.id), .text(row.attempt.state.rawValue),
                    .integer32(Int32(clamping: row.attempt.refusalCount)),
                    confirmations.map { .integer(Int64($0)) } ?? .null,
                    reason.map { .text($0.withoutNUL) } ?? .null,
                    .integer(nowMs),
                ]
            )
            if !saved.isEmpty { try note(session, nowMs: nowMs) }
        }
    }

    func cancel(_ row: PayoutRow, reason: String, nowMs: Int64) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            try cancel(row.id, reason: reason, nowMs: nowMs, session)
        }
    }

    func cancel(
        _ id: Int64,
        reason: String,
        nowMs: Int64,
        _ session: PostgresSession
    ) throws(PostgresError) {
        let cancelled = try session.execute(
            """
            UPDATE payouts SET state = 'cancelled', reason = $2, updated_at_ms = $3
            WHERE payout_id = $1 AND state IN ('reserved', 'conflicted') RETURNING payout_id
            """,
            [.integer(id), .text(reason.withoutNUL), .integer(nowMs)]
        )
        guard !cancelled.isEmpty else { return }
        try note(session, nowMs: nowMs)
        let outputs = try outputs(of: id, session)
        try session.execute("UPDATE payout_coins SET is_held = false WHERE payout_id = $1", [.integer(id)])
        let table = TransferTable(session, nowMs: nowMs)
        let returned = PayoutMoney.cancellation(of: id, outputs)
        try table.post(returned)
        let debts = try table.held(by: outputs.map(\.account), in: .debt)
        try table.post(DebtRecovery.transfers(after: returned, debts: debts))
    }

    func settle(_ row: PayoutRow, by version: Hash256, depth: UInt32, nowMs: Int64) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            let settled = try session.execute(
                """
                UPDATE payouts SET state = 'confirmed', confirmations = $2, reason = '', updated_at_ms = $3,
                    transaction = mined.transaction, txid = mined.txid, network_fee = mined.network_fee,
                    round_count = round_count + 1
                FROM payout_transactions AS mined
                WHERE payouts.payout_id = $1 AND \(PayoutAttempt.State.isOpen)
                    AND mined.payout_id = $1 AND mined.txid = $4
                RETURNING mined.network_fee, round_count
                """,
                [.integer(row.id), .integer(Int64(depth)), .integer(nowMs), .bytes(version.bytes)]
            )
            guard let mined = settled.first else { return }
            let transfers = PayoutMoney.settlement(
                of: row.id,
                round: try mined.integer(1),
                try outputs(of: row.id, session),
                fee: Amount(units: try mined.integer(0))
            )
            try TransferTable(session, nowMs: nowMs).post(transfers)
            try session.execute("INSERT INTO watched_payouts (payout_id) VALUES ($1)", [.integer(row.id)])
        }
    }
}
