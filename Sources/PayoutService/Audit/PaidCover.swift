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
    func check(_ audit: inout LedgerAudit, _ scope: LedgerAudit.Scope) async throws(PostgresError) {
        let all = try await confirmed(scope)
        let sightings = await look(for: all.map(\.transaction), scope)
        if let failure = sightings.failure {
            audit.unchecked[.payoutNotOnChain] = "the wallet cannot be asked: \(failure)"
            return
        }
        // The two are not read at one moment: what was taken back between them is no wrong.
        let missing = all.filter { payout in
            sightings.missing[payout.transaction].map { $0 != .unknown } ?? false
        }
        let still = missing.isEmpty ? [] : try await confirmed(among: missing.map(\.id))
        let wrong = missing.filter { still.contains($0) }
        // A wallet that was made since says nothing of what an older one has paid.
        let unknownCount = sightings.missing.count { $0.value == .unknown }
        if unknownCount > 0 { audit.unchecked[.payoutNotOnChain] = "\(unknownCount) are unknown to this wallet" }
        if unknownCount == 0 || !wrong.isEmpty { audit.checked.append(.payoutNotOnChain) }
        guard !wrong.isEmpty else { return }
        let rows = wrong.prefix(LedgerFinding.rowCountMax).map { payout in
            "payout \(payout.id): \(payout.transaction) \(Self.words(sightings.missing[payout.transaction]))"
        }
        audit.findings.append(LedgerFinding(check: .payoutNotOnChain, count: wrong.count, rows: rows))
    }

    private struct Paid: Hashable {
        let id: Int64
        let transaction: Hash256
    }

    private func look(
        for transactions: [Hash256],
        _ scope: LedgerAudit.Scope
    ) async -> PayoutSightings {
        guard !transactions.isEmpty else { return PayoutSightings() }
        let askedCountMax =
            switch scope {
            case .books: PayoutWatch.askedCountMax
            case .everything: Self.countMax
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
                """
                JOIN watched_payouts USING (payout_id) WHERE state = 'confirmed'
                ORDER BY looked_at_ms, payout_id DESC LIMIT $1
                """,
                [.integer(Int64(PayoutWatch.countMax))]
            )
        case .everything:
            try await read(
                "WHERE state = 'confirmed' ORDER BY payout_id DESC LIMIT $1",
                [.integer(Int64(Self.countMax))]
            )
        }
    }

    private func confirmed(among ids: [Int64]) async throws(PostgresError) -> Set<Paid> {
        Set(try await read("WHERE state = 'confirmed' AND payout_id = ANY ($1)", [.integers(ids)]))
    }

    private func read(
        _ which: String,
        _ parameters: [PostgresParameter]
    ) async throws(PostgresError) -> [Paid] {
        try await pool.execute("SELECT payout_id, txid FROM payouts \(which)", parameters).map {
            row throws(PostgresError) in
            guard let transaction = Hash256(try row.bytes(1)) else { throw .unreadable("a transaction's id") }
            return Paid(id: try row.integer(0), transaction: transaction)
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
