/// On what terms a block's reward is split: those that held when the ledger first heard of the block.
package struct RewardTerms: Hashable, Sendable {
    package let scheme: RewardScheme
    /// The pool's part.
    package let fee: FeeRate

    package init(scheme: RewardScheme, fee: FeeRate) {
        self.scheme = scheme
        self.fee = fee
    }
}
