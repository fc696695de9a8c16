internal import Hashing
internal import JSON
internal import MiningDomain
internal import PostgresClient

/// What belongs to one payout.
struct PayoutDetail {
    let id: Int64
    let session: PostgresSession

    /// At most `PayoutSettings.payoutOutputCountMax`.
    func outputs() throws(PostgresError) -> [JSON] {
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

    func transactions() throws(PostgresError) -> [JSON] {
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
                "version": JSON(try row.integer(0, as: Int64.self)), "txid": try JSON(hash: 1, of: row),
                "fee": JSON(try row.integer(2, as: Int64.self)),
                "virtual_size": JSON(try row.integer(3, as: Int64.self)),
                "signed_height": JSON(try row.integer(4, as: Int64.self)),
                "created_at_ms": JSON(try row.integer(5, as: Int64.self)),
                "confirmations": JSON(try row.integer(6, as: Int64.self)),
            ]
        }
    }

    func coins() throws(PostgresError) -> [JSON] {
        try session.execute(
            """
            SELECT coin_txid, coin_output, amount, is_held FROM payout_coins
            WHERE payout_id = $1 ORDER BY coin_txid, coin_output
            """,
            [.integer(id)]
        ).map { row throws(PostgresError) in
            [
                "txid": try JSON(hash: 0, of: row), "output": JSON(try row.integer(1, as: Int64.self)),
                "amount": JSON(try row.integer(2, as: Int64.self)), "is_held": JSON(try row.boolean(3)),
            ]
        }
    }

    /// What somebody else is to sign, without the transaction itself; null for a payout that the wallet signs.
    func handover() throws(PostgresError) -> JSON {
        guard let handover = try HandoverTable(session).handover(of: id) else { return .null }
        return [
            "fee": JSON(handover.fee.units), "height": JSON(handover.height),
            "exported_at_ms": handover.exportedAtMs.map { JSON($0) } ?? .null,
        ]
    }
}

extension JSON {
    /// As people read it; null for null.
    init(hash column: Int, of row: PostgresRow) throws(PostgresError) {
        self = try row.hashIfAny(column).map { JSON($0.displayHex) } ?? .null
    }
}
