package import Ledger
package import MiningDomain

/// What one account gets from a payout.
package struct PayoutOutput: Hashable, Sendable {
    package let account: AccountName
    /// What was set aside for it.
    package let amount: Amount
    /// What of that goes to the network; zero before the payout is signed.
    package let feePart: Amount

    package init(account: AccountName, amount: Amount, feePart: Amount = .zero) {
        self.account = account
        self.amount = amount
        self.feePart = feePart
    }

    /// What arrives.
    package var paid: Amount { Amount(units: amount.units - min(amount.units, feePart.units)) }
}
