package import MiningDomain

/// Who gets what of one block: adds up to the reward, always.
package struct RewardSplit: Hashable, Sendable {
    package let fee: Amount
    /// In the order of account names; each more than zero.
    package let parts: [AccountAmount]

    /// The fee first, then the miners by their work in the window.
    ///
    /// The whole rest is paid also when the window is not full. A block that came before any recorded work is its
    /// finder's alone; with no finder known it stays with the pool.
    package init(reward: Amount, rate: FeeRate, window: [AccountName: Work], finder: AccountName?) {
        let kept = rate.fee(on: reward)
        let rest = Amount(units: reward.units - kept.units)
        let parts = Apportionment.parts(of: rest, by: window)
        if parts.isEmpty, let finder, rest > .zero {
            self.init(fee: kept, parts: [AccountAmount(finder, rest)])
        } else {
            self.init(fee: parts.isEmpty ? reward : kept, parts: parts)
        }
        assert(fee.units + self.parts.reduce(0) { $0 + $1.amount.units } == reward.units)
    }

    private init(fee: Amount, parts: [AccountAmount]) {
        self.fee = fee
        self.parts = parts
    }
}
