internal import Hashing
internal import MiningDomain
internal import PostgresClient

/// The versions of payouts' transactions, and what is handed to whoever has the keys.
extension PayoutBook {
    func store(
        _ version: PayoutVersion,
        of draft: PayoutDraft,
        for id: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Bool {
        try await transaction { session throws(PostgresError) in
            guard try isReserved(id, session) else { return false }
            let table = PayoutTransactionTable(session)
            try table.insert(version, of: id, nowMs: nowMs)
            try table.insert(draft.coins, of: id)
            try table.insert(draft.feeParts, of: id)
            try setSigned(version, of: id, nowMs: nowMs, session)
            return true
        }
    }

    func handOver(
        _ handover: Handover,
        of draft: PayoutDraft,
        for id: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Bool {
        try await transaction { session throws(PostgresError) in
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

    func handover(of id: Int64) async throws(StoreError) -> Handover? {
        try await transaction { session throws(PostgresError) in
            try HandoverTable(session).handover(of: id)
        }
    }

    func isHandedOver(_ id: Int64) async throws(StoreError) -> Bool {
        try await transaction { session throws(PostgresError) in try HandoverTable(session).contains(id) }
    }

    func markExported(_ id: Int64, nowMs: Int64) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            guard try HandoverTable(session).markExported(id, nowMs: nowMs) else {
                throw .unreadable("payout \(id) is not handed over")
            }
            try note(session, nowMs: nowMs)
        }
    }

    func adopt(_ version: PayoutVersion, of id: Int64, nowMs: Int64) async throws(StoreError) -> Bool {
        try await transaction { session throws(PostgresError) in
            guard try isReserved(id, session) else { return false }
            try PayoutTransactionTable(session).insert(version, of: id, nowMs: nowMs)
            try setSigned(version, of: id, nowMs: nowMs, session)
            try note(session, nowMs: nowMs)
            return true
        }
    }

    /// Whether it is still to be signed; nobody changes that until the transaction ends.
    private func isReserved(_ id: Int64, _ session: PostgresSession) throws(PostgresError) -> Bool {
        try !session.execute(
            "SELECT FROM payouts WHERE payout_id = $1 AND state = 'reserved' FOR UPDATE",
            [.integer(id)]
        ).isEmpty
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
        try await transaction { session throws(PostgresError) in
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

    private func current(_ version: PayoutVersion, of id: Int64) throws(PostgresError) -> [PostgresParameter] {
        [
            .integer(id), .bytes(version.transaction), .bytes(version.identifier.bytes),
            .integer(try version.fee.databaseUnits()),
        ]
    }
}
