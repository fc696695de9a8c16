internal import ChainAdapter
internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// The payouts in the database.
///
/// Works through the session that holds the payout lock: a replica that has lost the lock can write nothing any more. Here is
/// what it reads; the other files have the planning, the signing, the endings, and the watch over what is settled.
struct PayoutBook: PayoutStore {
    let lock: AdvisoryLock
    let depthRequired: UInt32
    var poolFee: PoolFee?
    /// What a person does: written with the change of state that it comes to.
    var entry: OperatorEntry?

    func release() async {
        await lock.release()
    }

    /// All of it or nothing, in the session that holds the lock.
    func transaction<Value: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresError) -> Value
    ) async throws(StoreError) -> Value {
        try await stored { () async throws(PostgresError) in try await lock.session.transaction(body) }
    }

    /// Says in the audit log who has brought about what this transaction does.
    func note(_ session: PostgresSession, nowMs: Int64) throws(PostgresError) {
        guard let entry else { return }
        try OperatorTable(session).insert(entry, nowMs: nowMs)
    }

    func unfinished() async throws(StoreError) -> [PayoutRow] {
        try await rows(where: PayoutAttempt.State.isOpen, [])
    }

    func payout(_ id: Int64) async throws(StoreError) -> PayoutRow? {
        try await rows(where: "payout_id = $1", [.integer(id)]).first
    }

    private func rows(
        where condition: String,
        _ parameters: [PostgresParameter]
    ) async throws(StoreError) -> [PayoutRow] {
        try await transaction { session throws(PostgresError) in
            let table = PayoutTransactionTable(session)
            let versions = try table.versions(where: condition, parameters)
            let coins = try table.coins(where: condition, parameters)
            return try session.execute(
                """
                SELECT payout_id, state, refusal_count, taken_back_height, txid FROM payouts
                WHERE \(condition) ORDER BY payout_id
                """,
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
                    current: try row.hashIfAny(4),
                    coins: coins[id] ?? [],
                    takenBackHeight: row.isNull(3) ? nil : try row.integer(3)
                )
            }
        }
    }

    func outputs(of id: Int64) async throws(StoreError) -> [PayoutOutput] {
        try await transaction { session throws(PostgresError) in try outputs(of: id, session) }
    }

    func outputs(of id: Int64, _ session: PostgresSession) throws(PostgresError) -> [PayoutOutput] {
        try session.execute(
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

    func isSpent(anyOf transactions: [Hash256]) async throws(StoreError) -> Bool {
        try await transaction { session throws(PostgresError) in
            try PayoutTransactionTable(session).isSpent(anyOf: transactions)
        }
    }

    func held(among coins: [CoinReference]) async throws(StoreError) -> Set<CoinReference> {
        try await transaction { session throws(PostgresError) in
            try PayoutTransactionTable(session).held(among: coins)
        }
    }

    func freed(countMax: Int) async throws(StoreError) -> [CoinReference] {
        try await transaction { session throws(PostgresError) in
            try PayoutTransactionTable(session).freed(countMax: countMax)
        }
    }

    func markUnlocked(_ coins: [CoinReference]) async throws(StoreError) {
        try await transaction { session throws(PostgresError) in
            try PayoutTransactionTable(session).markUnlocked(coins)
        }
    }
}
