internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Reads what a block's proofs are made from.
struct ProofReader: Sendable {
    let pool: ConnectionPool

    /// - Returns: `nil` for a block that is not known, or was never credited.
    func root(of block: Hash256) async throws(PostgresError) -> Hash256? {
        let found = try await pool.execute(
            "SELECT proof_root FROM blocks WHERE hash = $1 AND proof_root IS NOT NULL",
            [.bytes(block.bytes)]
        )
        return try found.first.map { row throws(PostgresError) in try row.hash(0) }
    }

    /// - Returns: `nil` for a block that is not known, or was never credited.
    func credits(of block: Hash256) async throws(PostgresError) -> KeptCredits? {
        try await pool.transaction { session throws(PostgresError) in try Self.credits(of: block, session) }
    }

    /// The same, within somebody's transaction.
    static func credits(of block: Hash256, _ session: PostgresSession) throws(PostgresError) -> KeptCredits? {
        let found = try session.execute(
            """
            SELECT height, proof_seed, proof_root, coalesce(scheme, '') FROM blocks
            WHERE hash = $1 AND proof_root IS NOT NULL
            """,
            [.bytes(block.bytes)]
        )
        guard let row = found.first else { return nil }
        return KeptCredits(
            height: try row.integer(0),
            scheme: try row.text(3),
            seed: try row.bytes(1),
            root: try row.hash(2),
            credits: try entries(of: block, session)
        )
    }

    private static func entries(of block: Hash256, _ session: PostgresSession) throws(PostgresError) -> BlockCredits {
        var fee = Amount.zero
        var entries: [BlockCredits.Entry] = []
        for row in try session.execute(
            """
            SELECT address, work, amount FROM block_credits JOIN accounts USING (account_id)
            WHERE block_hash = $1 AND round = (SELECT proof_round FROM blocks WHERE hash = $1)
            """,
            [.bytes(block.bytes)]
        ) {
            let amount = Amount(units: try row.integer(2))
            let text = try row.text(0)
            if text.isEmpty {
                fee = amount
            } else {
                guard let account = AccountName(text) else { throw .unreadable("an account's name: \(text)") }
                entries.append(.init(account: account, work: Work(hashes: try row.integer(1)), amount: amount))
            }
        }
        return BlockCredits(fee: fee, entries: entries)
    }
}
