package import MiningDomain

/// What was counted and credited for one block: the pool's fee, and every account with work in the window.
package struct BlockCredits: Hashable, Sendable {
    /// One account's part.
    package struct Entry: Hashable, Sendable {
        package let account: AccountName
        /// Zero for a finder who is paid without any.
        package let work: Work
        /// Zero for work too little for one unit.
        package let amount: Amount

        package init(account: AccountName, work: Work, amount: Amount) {
            self.account = account
            self.work = work
            self.amount = amount
        }
    }

    package let fee: Amount
    /// In the order of account names.
    package let entries: [Entry]

    package init(fee: Amount, entries: [Entry]) {
        self.fee = fee
        self.entries = entries.sorted { $0.account < $1.account }
    }

    /// - Parameters:
    ///   - split: What was credited.
    ///   - window: The work that it was split by.
    package init(_ split: RewardSplit, window: [AccountName: Work]) {
        var amounts = window.mapValues { _ in Amount.zero }
        for part in split.parts { amounts[part.account] = part.amount }
        self.init(
            fee: split.fee,
            entries: amounts.map { Entry(account: $0, work: window[$0] ?? .zero, amount: $1) }
        )
    }

    /// The leaves of the block's tree: the fee, then the accounts in their order; `seed` is 32 secret bytes of the block's own.
    package func leaves(seed: [UInt8]) -> [CreditLeaf] {
        [CreditLeaf(account: nil, work: .zero, amount: fee, seed: seed)]
            + entries.map { CreditLeaf(account: $0.account, work: $0.work, amount: $0.amount, seed: seed) }
    }
}
