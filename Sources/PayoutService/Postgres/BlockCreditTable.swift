internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// What was counted and credited for each block, kept for the proofs of it.
struct BlockCreditTable {
    private let session: PostgresSession

    init(_ session: PostgresSession) {
        self.session = session
    }

    /// Keeps a block's credits and the root of its tree, in the transaction that credits them.
    ///
    /// `seed` is 32 random bytes of the block's own; `round` is the credit's: another one when the reward has become another.
    func keep(_ credits: BlockCredits, of block: Hash256, round: Int, seed: [UInt8]) throws(PostgresError) {
        // Sums past the width stand for no chain's work: such a block is credited, and nothing can be proved of it.
        guard let tree = try? CreditTree(block: block, leaves: credits.leaves(seed: seed)) else { return }
        let entries = credits.entries
        // All are known: by their shares, or as the block's finder.
        let numbers = try TransferTable(session, nowMs: 0).accountNumbers(of: entries.map(\.account))
        try session.execute(
            """
            INSERT INTO block_credits (block_hash, round, account_id, work, amount)
            SELECT $1, $5, account_id, work::numeric, amount
            FROM unnest($2::integer[], $3::text[], $4::bigint[]) AS given (account_id, work, amount)
            """,
            [
                .bytes(block.bytes), .integers32([0] + entries.compactMap { numbers[$0.account] }),
                .texts(["0"] + entries.map { String($0.work.hashes) }),
                .integers(
                    try [credits.fee.databaseUnits()]
                        + entries.map { entry throws(PostgresError) in try entry.amount.databaseUnits() }
                ),
                .integer32(Int32(clamping: round)),
            ]
        )
        try session.execute(
            "UPDATE blocks SET proof_seed = $2, proof_root = $3, proof_round = $4 WHERE hash = $1",
            [.bytes(block.bytes), .bytes(seed), .bytes(tree.root.bytes), .integer32(Int32(clamping: round))]
        )
    }
}
