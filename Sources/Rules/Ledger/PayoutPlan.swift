package import MiningDomain

/// Which balances to pay now, and together with which others.
package enum PayoutPlan {
    /// Each balance of at least `threshold` is paid as a whole.
    ///
    /// - Returns: Batches of at most `outputCountMax` in the order of account names.
    package static func batches(
        of balances: [AccountAmount],
        threshold: Amount,
        outputCountMax: Int
    ) -> [[AccountAmount]] {
        precondition(outputCountMax > 0)
        let due = balances.filter { $0.amount >= threshold && $0.amount > .zero }.sorted { $0.account < $1.account }
        return stride(from: 0, to: due.count, by: outputCountMax).map { start in
            Array(due[start..<min(start + outputCountMax, due.count)])
        }
    }
}
