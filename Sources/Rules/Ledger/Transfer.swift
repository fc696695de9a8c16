package import MiningDomain

/// Money moving from one account to another: the only way in which any balance changes.
///
/// Never changed or removed once written; a mistake is made good by another one.
package struct Transfer: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// A block's reward, split.
        case blockCredit = "block_credit"
        /// The same, grown spendable.
        case blockMature = "block_mature"
        /// The same, taken back.
        case blockReverse = "block_reverse"
        /// What a miner owed, taken from what has become spendable.
        case debtRecover = "debt_recover"
        /// The pool's fee, handed to whoever runs the pool, to be paid out like any miner's money.
        case feePay = "fee_pay"
        /// Set aside for a payout.
        case payoutReserve = "payout_reserve"
        /// Paid on chain.
        case payoutSettle = "payout_settle"
        /// What the network took for a payout.
        case payoutFee = "payout_fee"
        /// Set aside for a payout that will not be made, and given back.
        case payoutCancel = "payout_cancel"
        /// Booked as paid, and taken back: its transaction is on the chain no more.
        case payoutReverse = "payout_reverse"
    }

    package let kind: Kind
    /// What the money moved for, for example one block; with the kind and the accounts it is unique.
    package let reference: String
    package let debit: LedgerAccount
    package let credit: LedgerAccount
    /// More than zero.
    package let amount: Amount

    package init(kind: Kind, reference: String, from debit: LedgerAccount, to credit: LedgerAccount, amount: Amount) {
        precondition(amount > .zero)
        precondition(debit != credit)
        self.kind = kind
        self.reference = reference
        self.debit = debit
        self.credit = credit
        self.amount = amount
    }
}
