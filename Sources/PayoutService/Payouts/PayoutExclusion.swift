package import Ledger

/// An account that no payouts are planned of, and why.
package struct PayoutExclusion: Hashable, Sendable {
    package let account: AccountName
    package let reason: String
    /// Whether only a person lets it be paid again; else it is enough that the wallet takes its address.
    package let isForAPerson: Bool

    package init(account: AccountName, reason: String, isForAPerson: Bool) {
        self.account = account
        self.reason = reason
        self.isForAPerson = isForAPerson
    }
}
