internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// What was counted and credited for each block, kept for the proofs of it.
struct BlockCreditTable {
    private let session: PostgresSession
    private let rowCountMax: Int

    /// `rowCountMax` is how many rows one statement writes.
    init(_ session: PostgresSession, rowCountMax: Int = TransferTable.rowCountMax) {
        self.session = session
        self.rowCountMax = rowCountMax
    }

    /// Keeps a block's credits and the root of its tree, in the transaction that credits them.
    ///
    /// `seed` is 32 random bytes of the block's own; `round` is the credit's: another one when the reward has become another.
    func keep(_ credits: BlockCredits, of block: Hash256, round: Int, seed: [UInt8]) throws(PostgresError) {
        // Sums past the width stand for no chain's work: such a block is credited, and nothing can be proved of it.
        guard let tree = try? CreditTree(block: block, leaves: credits.leaves(seed: seed)) else { return }
        // All are known: by their shares, or as the block's finder.
        let numbers = try AccountTable(session, nowMs: 0).numbers(of: credits.entries.map(\.account))
        var rows = [Row(account: 0, work: .zero, amount: credits.fee)]
        for entry in credits.entries {
            guard let account = numbers[entry.account] else { throw .unreadable("an account's number") }
            rows.append(Row(account: account, work: entry.work, amount: entry.amount))
        }
        for start in stride(from: 0, to: rows.count, by: rowCountMax) {
            try insert(rows[start..<min(start + rowCountMax, rows.count)], of: block, round: round)
        }
        try session.execute(
            "UPDATE blocks SET proof_seed = $2, proof_root = $3, proof_round = $4 WHERE hash = $1",
            [.bytes(block.bytes), .bytes(seed), .bytes(tree.root.bytes), .integer32(Int32(clamping: round))]
        )
    }

    private struct Row {
        let account: Int32
        let work: Work
        let amount: Amount
    }

    private func insert(_ rows: ArraySlice<Row>, of block: Hash256, round: Int) throws(PostgresError) {
        try session.execute(
            """
            INSERT INTO block_credits (block_hash, round, account_id, work, amount)
            SELECT $1, $5, account_id, work::numeric, amount
            FROM unnest($2::integer[], $3::text[], $4::bigint[]) AS given (account_id, work, amount)
            """,
            [
                .bytes(block.bytes), .integers32(rows.map(\.account)), .texts(rows.map { String($0.work.hashes) }),
                .integers(try rows.map { row throws(PostgresError) in try row.amount.databaseUnits() }),
                .integer32(Int32(clamping: round)),
            ]
        )
    }
}
