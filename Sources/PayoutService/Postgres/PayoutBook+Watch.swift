internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Settled payouts that a reorganisation may still undo.
extension PayoutBook {
    func watched(countMax: Int) async throws(StoreError) -> [WatchedPayout] {
        try await transaction { session throws(PostgresError) in
            try session.execute(
                """
                SELECT payout_id, txid, round_count, confirmations FROM watched_payouts JOIN payouts USING (payout_id)
                WHERE state = 'confirmed' ORDER BY looked_at_ms, payout_id DESC LIMIT $1
                """,
                [.integer(Int64(countMax))]
            ).map { row throws(PostgresError) in
                WatchedPayout(
                    id: try row.integer(0),
                    version: try row.hash(1),
                    round: try row.integer(2),
                    settledDepth: try row.integer(3)
                )
            }
        }
    }

    func postponeWatch(of ids: [Int64], nowMs: Int64) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            _ = try session.execute(
                "UPDATE watched_payouts SET looked_at_ms = $2 WHERE payout_id = ANY ($1)",
                [.integers(ids), .integer(nowMs)]
            )
        }
    }

    func endWatch(of ids: [Int64]) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            _ = try session.execute("DELETE FROM watched_payouts WHERE payout_id = ANY ($1)", [.integers(ids)])
        }
    }

    func takeBack(
        _ payout: WatchedPayout,
        height: UInt32,
        reason: String,
        nowMs: Int64
    ) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            let taken = try session.execute(
                """
                UPDATE payouts SET state = 'broadcast', confirmations = 0, refusal_count = 0, taken_back_height = $3,
                    reason = $4, updated_at_ms = $5
                WHERE payout_id = $1 AND state = 'confirmed' AND round_count = $2 RETURNING network_fee
                """,
                [
                    .integer(payout.id), .integer(Int64(payout.round)), .integer(Int64(height)), .text(reason),
                    .integer(nowMs),
                ]
            )
            guard let row = taken.first else { return }
            try session.execute("DELETE FROM watched_payouts WHERE payout_id = $1", [.integer(payout.id)])
            let settlement = PayoutMoney.settlement(
                of: payout.id,
                round: payout.round,
                try outputs(of: payout.id, session),
                fee: Amount(units: try row.integer(0))
            )
            try TransferTable(session, nowMs: nowMs).post(PayoutMoney.reversal(of: settlement))
        }
    }
}
