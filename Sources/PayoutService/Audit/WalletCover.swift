internal import BlockFormat
package import ChainAdapter
package import MiningDomain
internal import PostgresClient

/// A wallet that tells what it holds.
package protocol FundedWallet: Sendable {
    /// All its coins together, also those that wait for a block or for maturity.
    func holdings() async throws(NodeError) -> Amount
}

/// Whether the wallet holds what miners have coming.
///
/// Compared are the wallet's coins, unripe ones too, with immature, confirmed and reserved money. A payout that is signed,
/// or handed out to be, may have left the wallet already, so its money is not asked for, unless its coins went elsewhere: those it pays have it coming
/// still; and what is immature only where rewards go to this wallet.
struct WalletCover: Sendable {
    let pool: ConnectionPool
    let wallet: any PayoutWallet & FundedWallet
    /// Where rewards go by the settings; `nil` for the wallet itself.
    let rewardAddress: Address?

    /// Adds to `audit` what the wallet says.
    func check(_ audit: inout LedgerAudit) async throws(PostgresError) {
        do throws(NodeError) {
            let holdsRewards = if let rewardAddress { try await wallet.owns(rewardAddress) } else { true }
            var short = try await missing(holdsRewards)
            // The two are not read at one moment: a payout that was sent or settled between them is no loss.
            if short != nil { short = try await missing(holdsRewards) }
            audit.checked.append(.walletShort)
            if let short { audit.findings.append(short) }
        } catch {
            audit.unchecked[.walletShort] = "the wallet cannot be asked: \(error)"
        }
    }

    private func missing(_ holdsRewards: Bool) async throws(NodeError) -> LedgerFinding? {
        let owed: UInt64
        do {
            owed = try await pool.execute(Self.owed, [.boolean(holdsRewards)])[0].integer(0)
        } catch {
            throw .noAnswer("and the database: \(error)")
        }
        let held = try await wallet.holdings().units
        guard held < owed else { return nil }
        return LedgerFinding(check: .walletShort, count: 1, rows: ["the wallet holds \(held), owed are \(owed)"])
    }

    private static let owed = """
        SELECT greatest(0, coalesce((
                SELECT sum(balance) FROM balances
                WHERE bucket IN ('confirmed', 'reserved') OR bucket = 'immature' AND $1), 0)
            - coalesce((
                SELECT sum(amount) FROM payout_outputs JOIN payouts USING (payout_id)
                WHERE state NOT IN ('confirmed', 'cancelled', 'conflicted') AND (transaction IS NOT NULL OR EXISTS (
                        SELECT FROM payout_handovers
                        WHERE payout_handovers.payout_id = payouts.payout_id AND exported_at_ms IS NOT NULL))), 0))
        """
}
