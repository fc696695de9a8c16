internal import Hashing
internal import Ledger
internal import PostgresClient

/// Makes blocks' trees again from the rows that their proofs are made from: what was published must come out.
///
/// The rows are append-only: each block is read in a snapshot of its own.
struct RootAudit {
    /// The newest blocks, which are gone through each time.
    static let newestCount = 100
    /// Blocks older than those that one look goes through in turn.
    static let olderCount = 400
    /// Blocks that are listed at a time.
    private static let pageCount = 1_000

    let pool: ConnectionPool
    var newestCount = Self.newestCount
    var olderCount = Self.olderCount

    /// Of all blocks, or of the newest and the next of the older ones.
    func finding(_ scope: LedgerAudit.Scope) async throws(PostgresError) -> LedgerFinding? {
        var wrong = WrongRows()
        switch scope {
        case .books: break
        case .inTurn:
            let newest = try await blocks(
                "true ORDER BY found_at_ms DESC, hash DESC LIMIT $1",
                [.integer(Int64(newestCount))]
            )
            for block in newest { try await check(block, &wrong) }
            try await goOn(besides: Set(newest), &wrong)
        case .everything:
            var page = try await page(after: nil, count: Self.pageCount)
            while let last = page.last {
                for block in page { try await check(block, &wrong) }
                page = try await self.page(after: last, count: Self.pageCount)
            }
        }
        return wrong.finding(.rootWrong)
    }

    /// Where something is wrong the next look begins again, until it is right.
    private func goOn(besides newest: Set<Hash256>, _ wrong: inout WrongRows) async throws(PostgresError) {
        let cursor = AuditCursor(pool: pool, key: "audited_block")
        let page = try await page(after: Hash256(displayHex: try await cursor.place()), count: olderCount)
        let before = wrong.count
        for block in page where !newest.contains(block) { try await check(block, &wrong) }
        guard wrong.count == before else { return }
        let isEnd = page.count < olderCount
        try await cursor.move(to: isEnd ? "" : page.last?.displayHex ?? "")
    }

    /// In the order of their hashes, in which new ones come anywhere: each is met once a round.
    private func page(after hash: Hash256?, count: Int) async throws(PostgresError) -> [Hash256] {
        try await blocks(
            "hash > $1 ORDER BY hash LIMIT $2",
            [.bytes(hash?.bytes ?? []), .integer(Int64(count))]
        )
    }

    private func blocks(
        _ condition: String,
        _ parameters: [PostgresParameter]
    ) async throws(PostgresError) -> [Hash256] {
        try await pool.execute("SELECT hash FROM blocks WHERE \(condition)", parameters).map {
            row throws(PostgresError) in try row.hash(0)
        }
    }

    private func check(_ block: Hash256, _ wrong: inout WrongRows) async throws(PostgresError) {
        let problem = try await pool.snapshot { session throws(PostgresError) in try Self.problem(of: block, session) }
        if let problem { wrong.append("block \(block.displayHex): \(problem)") }
    }

    private static func problem(of block: Hash256, _ session: PostgresSession) throws(PostgresError) -> String? {
        let kept: KeptCredits
        do throws(PostgresError) {
            guard let found = try ProofReader.credits(of: block, session) else {
                let rows = try session.execute(
                    "SELECT FROM block_credits WHERE block_hash = $1 LIMIT 1",
                    [.bytes(block.bytes)]
                )
                return rows.isEmpty ? nil : "its root is gone"
            }
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
