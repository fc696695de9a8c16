internal import ChainAdapter
internal import Hashing
internal import PostgresClient

/// Whether what counts as paid is on the chain.
///
/// The wallet lists its transactions of the last blocks; what is older is asked for one by one. Every minute those are looked
/// at that a reorganisation might still reach, and with everything else all of them, the newest first.
struct PaidCover: Sendable {
    /// Confirmed payouts that one look at everything asks the wallet about.
    static let countMax = 20_000

    let pool: ConnectionPool
    let wallet: any PayoutWallet
    /// In blocks: from here on payouts are watched no more.
    let watchDepth: UInt32

    /// Adds to `audit` what the wallet says.
    ///
    /// - Returns: What it says of those that are watched no more: nothing takes them back by itself.
    @discardableResult
    func check(_ audit: inout LedgerAudit, _ scope: LedgerAudit.Scope) async throws(PostgresError) -> LedgerFinding? {
        let all = try await confirmed(scope)
        let sightings = await look(for: all.map(\.transaction), scope)
        if let failure = sightings.failure {
            audit.unchecked[.payoutNotOnChain] = "the wallet cannot be asked: \(failure)"
            return nil
        }
        // The two are not read at one moment: what was taken back between them is no wrong.
        let missing = all.filter { sightings.isGone($0.transaction) }
        let still = missing.isEmpty ? [] : try await confirmed(among: missing.map(\.id))
        let wrong = still.filter { sightings.isGone($0.transaction) }
        // A wallet that was made since says nothing of what an older one has paid.
        let unknownCount = sightings.missing.count { $0.value == .unknown }
        if unknownCount > 0 { audit.unchecked[.payoutNotOnChain] = "\(unknownCount) are unknown to this wallet" }
        if unknownCount == 0 || !wrong.isEmpty { audit.checked.append(.payoutNotOnChain) }
        if let finding = Self.finding(wrong, sightings) { audit.add(finding) }
        return Self.finding(wrong.filter { !$0.isWatched }, sightings)
    }

    private static func finding(_ wrong: [Paid], _ sightings: PayoutSightings) -> LedgerFinding? {
        var rows = WrongRows()
        for payout in wrong {
            rows.append("payout \(payout.id): \(payout.transaction) \(words(sightings.missing[payout.transaction]))")
        }
        return rows.finding(.payoutNotOnChain)
    }

    private struct Paid {
        let id: Int64
        let transaction: Hash256
        /// Whether a reorganisation might still undo it.
        let isWatched: Bool
    }

    private func look(
        for transactions: [Hash256],
        _ scope: LedgerAudit.Scope
    ) async -> PayoutSightings {
        guard !transactions.isEmpty else { return PayoutSightings() }
        let askedCountMax =
            switch scope {
            case .books: PayoutWatch.askedCountMax
            case .inTurn, .everything: Self.countMax
            }
        return await PayoutSightings.look(
            for: transactions,
            within: watchDepth + PayoutWatch.marginDepth,
            askedCountMax: askedCountMax,
            wallet
        )
    }

    private func confirmed(_ scope: LedgerAudit.Scope) async throws(PostgresError) -> [Paid] {
        switch scope {
        case .books:
            try await read(
                "AND watched_payouts.payout_id IS NOT NULL ORDER BY looked_at_ms, payouts.payout_id DESC LIMIT $1",
                [.integer(Int64(PayoutWatch.countMax))]
            )
        case .inTurn, .everything:
            try await read("ORDER BY payouts.payout_id DESC LIMIT $1", [.integer(Int64(Self.countMax))])
        }
    }

    private func confirmed(among ids: [Int64]) async throws(PostgresError) -> [Paid] {
        try await read("AND payouts.payout_id = ANY ($1) ORDER BY payouts.payout_id DESC", [.integers(ids)])
    }

    private func read(
        _ rest: String,
        _ parameters: [PostgresParameter]
    ) async throws(PostgresError) -> [Paid] {
        try await pool.execute(
            """
            SELECT payouts.payout_id, txid, watched_payouts.payout_id IS NOT NULL
            FROM payouts LEFT JOIN watched_payouts USING (payout_id) WHERE state = 'confirmed' \(rest)
            """,
            parameters
        ).map { row throws(PostgresError) in
            Paid(id: try row.integer(0), transaction: try row.hash(1), isWatched: try row.boolean(2))
        }
    }

    private static func words(_ fate: TransactionFate?) -> String {
        switch fate {
        case .waiting: "waits"
        case .conflicted(let depth): "was overtaken by another one, \(depth) blocks deep"
        case .missing, .unknown, .buried, nil: "is known to no node"
        }
    }
}

extension PayoutSightings {
    /// Whether it is known not to be on the best chain.
    fileprivate func isGone(_ transaction: Hash256) -> Bool {
        missing[transaction].map { $0 != .unknown } ?? false
    }
}
