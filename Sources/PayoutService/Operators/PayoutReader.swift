internal import Hashing
internal import JSON
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// What an operator sees of payouts.
struct PayoutReader: Sendable {
    /// Payouts in one list.
    static let listCountMax = 200
    /// Entries of the audit log that stand beside one payout, newest first.
    static let historyCountMax = 50

    let pool: ConnectionPool
    let log: OperatorLog

    /// Newest first, with a smaller number than `before`; with `state` only those in it.
    ///
    /// At most `count` of them come, and the number to go on before, or `nil` when that was all.
    func list(
        _ state: PayoutAttempt.State?,
        before: Int64 = .max,
        count: Int
    ) async throws(PostgresError) -> (payouts: [JSON], next: Int64?) {
        let count = max(1, min(count, Self.listCountMax))
        let rows = try await pool.execute(
            """
            \(Self.selection) WHERE payout_id < $1 AND ($2::text IS NULL OR state = $2)
            ORDER BY payout_id DESC LIMIT $3
            """,
            [.integer(before), state.map { .text($0.rawValue) } ?? .null, .integer(Int64(count) + 1)]
        )
        let payouts = try rows.prefix(count).map { row throws(PostgresError) in try Self.summary(row) }
        return (payouts, rows.count > count ? try rows[count - 1].integer(0) : nil)
    }

    /// Everything about one; `nil` when there is none of that number.
    func show(_ id: Int64) async throws(PostgresError) -> JSON? {
        let found = try await pool.transaction { session throws(PostgresError) -> JSONObject? in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let rows = try session.execute("\(Self.selection) WHERE payout_id = $1", [.integer(id)])
            guard let row = rows.first, case .object(var payout) = try Self.summary(row) else { return nil }
            payout["outputs"] = .array(try Self.outputs(id, session))
            payout["transactions"] = .array(try Self.transactions(id, session))
            payout["coins"] = .array(try Self.coins(id, session))
            payout["handover"] = try Self.handover(id, session)
            return payout
        }
        guard var payout = found else { return nil }
        let entries = try await log.list(about: OperatorEntry.object(payout: id), count: Self.historyCountMax)
        payout["history"] = .array(entries.map { JSON($0) })
        return .object(payout)
    }

    private static let selection = """
        SELECT payout_id, state, reason, confirmations, txid, network_fee, created_at_ms, updated_at_ms, refusal_count,
            (SELECT count(*) FROM payout_outputs WHERE payout_outputs.payout_id = payouts.payout_id),
            (SELECT coalesce(sum(amount), 0)::bigint FROM payout_outputs
                WHERE payout_outputs.payout_id = payouts.payout_id)
        FROM payouts
        """

    private static func summary(_ row: PostgresRow) throws(PostgresError) -> JSON {
        [
            "id": JSON(try row.integer(0, as: Int64.self)),
            "state": JSON(try row.text(1)),
            "reason": JSON(try row.text(2)),
            "confirmations": JSON(try row.integer(3, as: Int64.self)),
            "txid": try hash(row, 4),
            "fee": row.isNull(5) ? .null : JSON(try row.integer(5, as: Int64.self)),
            "created_at_ms": JSON(try row.integer(6, as: Int64.self)),
            "updated_at_ms": JSON(try row.integer(7, as: Int64.self)),
            "refusals": JSON(try row.integer(8, as: Int64.self)),
            "accounts": JSON(try row.integer(9, as: Int64.self)),
            "amount": JSON(try row.integer(10, as: Int64.self)),
        ]
    }

    /// At most `PayoutSettings.payoutOutputCountMax`.
    private static func outputs(_ id: Int64, _ session: PostgresSession) throws(PostgresError) -> [JSON] {
        try session.execute(
            """
            SELECT address, payout_outputs.amount, coalesce(payout_fee_parts.amount, 0)
            FROM payout_outputs JOIN accounts USING (account_id) LEFT JOIN payout_fee_parts USING (payout_id, account_id)
            WHERE payout_id = $1 ORDER BY address
            """,
            [.integer(id)]
        ).map { row throws(PostgresError) in
            let (amount, part): (Int64, Int64) = (try row.integer(1), try row.integer(2))
            return [
                "address": JSON(try row.text(0)), "amount": JSON(amount), "fee_part": JSON(part),
                "arrives": JSON(amount - part),
            ]
        }
    }

    private static func transactions(_ id: Int64, _ session: PostgresSession) throws(PostgresError) -> [JSON] {
        try session.execute(
            """
            SELECT known.version, known.txid, known.network_fee, known.virtual_size, known.signed_height,
                known.created_at_ms, CASE WHEN known.txid = payouts.txid THEN payouts.confirmations ELSE 0 END
            FROM payout_transactions AS known JOIN payouts USING (payout_id)
            WHERE payout_id = $1 ORDER BY known.version
            """,
            [.integer(id)]
        ).map { row throws(PostgresError) in
            [
                "version": JSON(try row.integer(0, as: Int64.self)), "txid": try hash(row, 1),
                "fee": JSON(try row.integer(2, as: Int64.self)),
                "virtual_size": JSON(try row.integer(3, as: Int64.self)),
                "signed_height": JSON(try row.integer(4, as: Int64.self)),
                "created_at_ms": JSON(try row.integer(5, as: Int64.self)),
                "confirmations": JSON(try row.integer(6, as: Int64.self)),
            ]
        }
    }

    private static func coins(_ id: Int64, _ session: PostgresSession) throws(PostgresError) -> [JSON] {
        try session.execute(
            """
            SELECT coin_txid, coin_output, amount, is_held FROM payout_coins
            WHERE payout_id = $1 ORDER BY coin_txid, coin_output
            """,
            [.integer(id)]
        ).map { row throws(PostgresError) in
            [
                "txid": try hash(row, 0), "output": JSON(try row.integer(1, as: Int64.self)),
                "amount": JSON(try row.integer(2, as: Int64.self)), "is_held": JSON(try row.boolean(3)),
            ]
        }
    }

    /// What somebody else is to sign, without the transaction itself; null for a payout that the wallet signs.
    private static func handover(_ id: Int64, _ session: PostgresSession) throws(PostgresError) -> JSON {
        guard let handover = try HandoverTable(session).handover(of: id) else { return .null }
        return [
            "fee": JSON(handover.fee.units), "height": JSON(handover.height),
            "exported_at_ms": handover.exportedAtMs.map { JSON($0) } ?? .null,
        ]
    }

    private static func hash(_ row: PostgresRow, _ column: Int) throws(PostgresError) -> JSON {
        row.isNull(column) ? .null : JSON(try row.hash(column).displayHex)
    }
}

extension JSON {
    init(_ entry: OperatorLog.Kept) {
        self = [
            "number": JSON(entry.number), "at_ms": JSON(entry.atMs), "operator": JSON(entry.operatorName),
            "action": JSON(entry.action), "object": JSON(entry.object),
            "parameters": (try? JSON(parsing: Array(entry.parameters.utf8))) ?? .null,
            "outcome": JSON(entry.outcome), "note": JSON(entry.note),
        ]
    }
}
