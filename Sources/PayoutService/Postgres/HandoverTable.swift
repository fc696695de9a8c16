internal import ChainAdapter
internal import MiningDomain
internal import PostgresClient

/// The payouts that wait for whoever has the keys.
struct HandoverTable {
    private let session: PostgresSession

    init(_ session: PostgresSession) {
        self.session = session
    }

    func insert(_ handover: Handover, of id: Int64, nowMs: Int64) throws(PostgresError) {
        try session.execute(
            """
            INSERT INTO payout_handovers (payout_id, psbt, network_fee, height, created_at_ms)
            VALUES ($1, $2, $3, $4, $5)
            """,
            [
                .integer(id), .text(handover.psbt.text), .integer(try handover.fee.databaseUnits()),
                .integer(Int64(handover.height)), .integer(nowMs),
            ]
        )
    }

    func handover(of id: Int64) throws(PostgresError) -> Handover? {
        let rows = try session.execute(
            "SELECT psbt, network_fee, height, exported_at_ms FROM payout_handovers WHERE payout_id = $1",
            [.integer(id)]
        )
        guard let row = rows.first else { return nil }
        guard let psbt = PSBT(file: Array(try row.text(0).utf8)) else { throw .unreadable("a PSBT") }
        return Handover(
            psbt: psbt,
            fee: Amount(units: try row.integer(1)),
            height: try row.integer(2),
            exportedAtMs: row.isNull(3) ? nil : try row.integer(3)
        )
    }

    func contains(_ id: Int64) throws(PostgresError) -> Bool {
        try !session.execute("SELECT FROM payout_handovers WHERE payout_id = $1", [.integer(id)]).isEmpty
    }

    /// - Returns: Whether there is one.
    func markExported(_ id: Int64, nowMs: Int64) throws(PostgresError) -> Bool {
        try !session.execute(
            """
            UPDATE payout_handovers SET exported_at_ms = coalesce(exported_at_ms, $2) WHERE payout_id = $1
            RETURNING payout_id
            """,
            [.integer(id), .integer(nowMs)]
        ).isEmpty
    }
}
