internal import BlockFormat
internal import Ledger
internal import PostgresClient

/// Reads the bytes of payouts' transactions, without a node, and holds what they do against the payouts' rows.
///
/// A page at a time, in a snapshot of its own: the bytes are append-only.
struct TransactionAudit {
    /// The newest payouts, which are gone through each time, beside all that may be sent still.
    static let newestCount = 500
    /// Settled and cancelled payouts older than those that one look goes through in turn.
    static let olderCount = 2_000
    /// Payouts that are read at a time.
    private static let pageCount = 100

    let pool: ConnectionPool
    var newestCount = Self.newestCount
    var olderCount = Self.olderCount

    /// Of those that may be sent still, of these, the newest and the next of the older ones, or of all.
    func finding(_ scope: LedgerAudit.Scope) async throws(PostgresError) -> LedgerFinding? {
        let name = try await pool.execute("SELECT value FROM meta WHERE key = 'network'").first?.text(0)
        guard let network = name.flatMap({ Network.named($0) }) else { throw .unreadable("the network") }
        var wrong = WrongRows()
        switch scope {
        case .books: try await goThrough(PayoutAttempt.State.isOpen, on: network, &wrong)
        case .everything: try await goThrough("true", on: network, &wrong)
        case .inTurn:
            let newest = try await pool.execute(
                "SELECT coalesce(min(payout_id), 0) FROM (SELECT payout_id FROM payouts ORDER BY payout_id DESC LIMIT $1) AS newest",
                [.integer(Int64(newestCount))]
            )[0].integer(0, as: Int64.self)
            try await goThrough("(payout_id >= \(newest) OR \(PayoutAttempt.State.isOpen))", on: network, &wrong)
            try await goOn("payout_id < \(newest) AND NOT \(PayoutAttempt.State.isOpen)", on: network, &wrong)
        }
        return wrong.finding(.transactionWrong)
    }

    private func goThrough(
        _ condition: String,
        on network: Network,
        _ wrong: inout WrongRows
    ) async throws(PostgresError) {
        var after: Int64? = 0
        while let place = after {
            let ids = try await look(after: place, condition, count: Self.pageCount, on: network, &wrong)
            after = ids.last
        }
    }

    /// Where something is wrong the next look begins again, until it is right.
    private func goOn(
        _ condition: String,
        on network: Network,
        _ wrong: inout WrongRows
    ) async throws(PostgresError) {
        let cursor = AuditCursor(pool: pool, key: "audited_payout")
        var (place, left) = (Int64(try await cursor.place()) ?? 0, olderCount)
        let before = wrong.count
        while left > 0 {
            let count = min(left, Self.pageCount)
            let ids = try await look(after: place, condition, count: count, on: network, &wrong)
            (place, left) = ids.count < count ? (0, 0) : (ids[count - 1], left - count)
        }
        if wrong.count == before { try await cursor.move(to: "\(place)") }
    }

    /// - Returns: The payouts that were looked at, in order, at most `count`.
    private func look(
        after: Int64,
        _ condition: String,
        count: Int,
        on network: Network,
        _ wrong: inout WrongRows
    ) async throws(PostgresError) -> [Int64] {
        let (ids, rows) = try await pool.snapshot { session throws(PostgresError) in
            try PayoutPage(session: session, network: network).read(after: after, condition, count: count)
        }
        for row in rows { wrong.append(row) }
        return ids
    }
}
