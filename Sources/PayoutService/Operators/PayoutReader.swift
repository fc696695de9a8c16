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
        let found = try await pool.snapshot { session throws(PostgresError) -> JSONObject? in
            let rows = try session.execute("\(Self.selection) WHERE payout_id = $1", [.integer(id)])
            guard let row = rows.first, case .object(var payout) = try Self.summary(row) else { return nil }
            let detail = PayoutDetail(id: id, session: session)
            payout["outputs"] = .array(try detail.outputs())
            payout["transactions"] = .array(try detail.transactions())
            payout["coins"] = .array(try detail.coins())
            payout["handover"] = try detail.handover()
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
            "txid": try JSON(hash: 4, of: row),
            "fee": row.isNull(5) ? .null : JSON(try row.integer(5, as: Int64.self)),
            "created_at_ms": JSON(try row.integer(6, as: Int64.self)),
            "updated_at_ms": JSON(try row.integer(7, as: Int64.self)),
            "refusals": JSON(try row.integer(8, as: Int64.self)),
            "accounts": JSON(try row.integer(9, as: Int64.self)),
            "amount": JSON(try row.integer(10, as: Int64.self)),
        ]
    }
}
