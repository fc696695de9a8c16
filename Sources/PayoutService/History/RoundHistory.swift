internal import BlockFormat
internal import Ledger
internal import Messages
internal import MiningDomain
internal import PostgresClient

/// Who worked how much for a block, and for the one that is looked for.
struct RoundHistory: Sendable {
    static let accountCountMax: UInt32 = 1_000

    let pool: ConnectionPool

    /// Who worked how much in the round that is under way.
    func round(count: UInt32) async throws(PostgresError) -> WorkByAccount {
        let work = try await pool.transaction { session throws(PostgresError) in
            let newest = try session.execute("SELECT coalesce(max(seq), 0) FROM shares")[0]
            let reader = WorkReader(session: session)
            return try reader.work(after: try reader.roundEnd(), through: try newest.integer(0))
        }
        let order = work.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return WorkByAccount(
            accounts: order.prefix(Int(min(count, Self.accountCountMax))).map { account, work in
                AccountWork(address: account.description, work: work.bytes)
            },
            total: Work(hashes: work.values.reduce(0) { $0 + $1.hashes }).bytes,
            accountCount: UInt64(work.count)
        )
    }

    /// Who worked how much for a block that was credited, and what it got.
    ///
    /// - Returns: `nil` for a block without credits.
    func work(for block: [UInt8], count: UInt32) async throws(PostgresError) -> WorkByAccount? {
        try await pool.snapshot { session throws(PostgresError) in
            let sums = try session.execute(
                """
                SELECT count(*), sum(work) FROM block_credits JOIN blocks ON hash = block_hash AND proof_round = round
                WHERE hash = $1 AND account_id <> 0
                """,
                [.bytes(block)]
            )[0]
            guard !sums.isNull(1) else { return nil }
            let rows = try session.execute(
                """
                SELECT address, work, amount
                FROM block_credits JOIN blocks ON hash = block_hash AND proof_round = round JOIN accounts USING (account_id)
                WHERE hash = $1 AND account_id <> 0 ORDER BY work DESC, address LIMIT $2
                """,
                [.bytes(block), .integer(Int64(min(count, Self.accountCountMax)))]
            )
            return WorkByAccount(
                accounts: try rows.map { row throws(PostgresError) in
                    AccountWork(
                        address: try row.text(0),
                        work: Work(hashes: try row.integer(1)).bytes,
                        amount: try row.integer(2)
                    )
                },
                total: Work(hashes: try sums.integer(1)).bytes,
                accountCount: try sums.integer(0)
            )
        }
    }
}
