internal import MiningDomain

/// Paying back what is owed from what has just become spendable.
package enum DebtRecovery {
    /// One transfer for each account that owes something and was given something, with the arrival's own reference.
    ///
    /// `arrivals` are transfers into `confirmed`; `debts` are the base units that each account has in `debt`: below zero, or
    /// nothing.
    package static func transfers(after arrivals: [Transfer], debts: [AccountName: Int64]) -> [Transfer] {
        arrivals.compactMap { arrival in
            guard let owner = arrival.credit.owner, let debt = debts[owner], debt < 0 else { return nil }
            return Transfer(
                kind: .debtRecover,
                reference: arrival.reference,
                from: arrival.credit,
                to: .miner(owner, .debt),
                amount: min(arrival.amount, Amount(units: debt.magnitude))
            )
        }
    }
}
