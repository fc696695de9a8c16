package import MiningDomain

/// Which balances to pay now, and together with which others.
package enum PayoutPlan {
    /// A confirmed balance, with what its owner wishes.
    package struct Candidate: Hashable, Sendable {
        package let account: AccountName
        package let balance: Amount
        /// The account's own; `nil` for the pool's.
        package let threshold: Amount?
        /// The least time between two payouts of this account; `nil` for the pool's pace.
        package let intervalMs: Int64?
        /// When the last one was planned that was not given up; `nil` before the first, or where no interval asks for it.
        package let plannedAtMs: Int64?

        package init(
            account: AccountName,
            balance: Amount,
            threshold: Amount? = nil,
            intervalMs: Int64? = nil,
            plannedAtMs: Int64? = nil
        ) {
            self.account = account
            self.balance = balance
            self.threshold = threshold
            self.intervalMs = intervalMs
            self.plannedAtMs = plannedAtMs
        }

        /// Whether it is due, as far as the owner's wishes and the pool's threshold go.
        package func isDue(threshold: Amount, nowMs: Int64) -> Bool {
            guard balance > .zero, balance >= self.threshold ?? threshold else { return false }
            guard let intervalMs, let plannedAtMs else { return true }
            // A clock that was set back must not hold anybody's money for ever.
            return nowMs - plannedAtMs >= intervalMs || plannedAtMs > nowMs
        }
    }

    /// Balances are paid as a whole.
    ///
    /// `amountMin` tells what an account must have so that its output is no dust; `nil` when it cannot be paid at all.
    ///
    /// - Returns: Batches of at most `outputCountMax` in the order of account names.
    package static func batches(
        of candidates: [Candidate],
        threshold: Amount,
        outputCountMax: Int,
        nowMs: Int64,
        amountMin: (AccountName) -> Amount?
    ) -> [[AccountAmount]] {
        precondition(outputCountMax > 0)
        let due = candidates.filter { $0.isDue(threshold: threshold, nowMs: nowMs) }.compactMap { candidate in
            amountMin(candidate.account).flatMap { least in
                candidate.balance >= least ? AccountAmount(candidate.account, candidate.balance) : nil
            }
        }.sorted { $0.account < $1.account }
        return stride(from: 0, to: due.count, by: outputCountMax).map { start in
            Array(due[start..<min(start + outputCountMax, due.count)])
        }
    }
}
