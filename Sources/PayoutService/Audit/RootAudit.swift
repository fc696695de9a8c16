internal import Hashing
internal import Ledger
internal import PostgresClient

/// Makes every block's tree again from the rows that its proofs are made from: what was published must come out.
struct RootAudit {
    let session: PostgresSession

    func finding() throws(PostgresError) -> LedgerFinding? {
        var wrong = WrongRows()
        let blocks = try session.execute(
            """
            SELECT hash FROM blocks WHERE proof_root IS NOT NULL
                OR EXISTS (SELECT FROM block_credits WHERE block_hash = hash)
            ORDER BY found_at_ms, hash
            """
        )
        for row in blocks {
            let block = try row.hash(0)
            if let problem = try problem(of: block) { wrong.append("block \(block.displayHex): \(problem)") }
        }
        return wrong.finding(.rootWrong)
    }

    private func problem(of block: Hash256) throws(PostgresError) -> String? {
        let kept: KeptCredits
        do throws(PostgresError) {
            guard let found = try ProofReader.credits(of: block, session) else { return "its root is gone" }
            kept = found
        } catch .unreadable(let what) {
            return "\(what) cannot be read"
        }
        let entries = kept.credits.entries
        guard kept.seed.count == CreditLeaf.seedByteCount, Set(entries.map(\.account)).count == entries.count,
            let tree = try? CreditTree(block: block, leaves: kept.credits.leaves(seed: kept.seed))
        else { return "its rows make no tree" }
        return tree.root == kept.root ? nil : "its rows come to \(tree.root.hex), published is \(kept.root.hex)"
    }
}
