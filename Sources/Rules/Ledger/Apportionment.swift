package import MiningDomain

/// Dividing a whole number by weights so that the parts add up to the whole (the method of largest remainders).
///
/// Each account gets its exact part rounded down; the units left over go one each to the largest remainders, and where
/// those are equal to the account that is first in order.
package enum Apportionment {
    /// Every account's part in the order of account names; accounts whose part is nothing are left out.
    ///
    /// - Returns: Nothing when all weights are zero; otherwise parts whose sum is `amount`.
    package static func parts(of amount: Amount, by weights: [AccountName: Work]) -> [AccountAmount] {
        parts(of: UInt128(amount.units), by: weights).map { account, units in
            AccountAmount(account, Amount(units: UInt64(units)))
        }
    }

    /// The same of work.
    package static func parts(of work: Work, by weights: [AccountName: Work]) -> [AccountName: Work] {
        parts(of: work.hashes, by: weights).reduce(into: [:]) { $0[$1.account] = Work(hashes: $1.units) }
    }

    /// Whether `units` can be the part of one account with `weight` of `total`, without a look at the others: its exact part
    /// rounded down, or one unit more where something was left.
    ///
    /// - Precondition: `weight` is at most `total`, which is more than zero.
    package static func isPart(_ units: UInt64, of whole: UInt64, weight: Work, total: Work) -> Bool {
        let product = weight.hashes.multipliedFullWidth(by: UInt128(whole))
        let (least, remainder) = total.hashes.dividingFullWidth(product)
        return UInt128(units) == least || (remainder > 0 && UInt128(units) == least + 1)
    }

    private static func parts(
        of whole: UInt128,
        by weights: [AccountName: Work]
    ) -> [(account: AccountName, units: UInt128)] {
        let total = weights.values.reduce(UInt128(0)) { $0 + $1.hashes }
        guard total > 0 else { return [] }
        var parts = weights.sorted { $0.key < $1.key }.map { account, weight in
            // The quotient is at most `whole`, so the division cannot overflow.
            let product = weight.hashes.multipliedFullWidth(by: whole)
            let (units, remainder) = total.dividingFullWidth(product)
            return (account: account, units: units, remainder: remainder)
        }
        let left = Int(whole - parts.reduce(0) { $0 + $1.units })  // fewer than there are accounts
        let order = parts.indices.sorted {
            (parts[$1].remainder, $0) < (parts[$0].remainder, $1)
        }
        for index in order.prefix(left) { parts[index].units += 1 }
        return parts.filter { $0.units > 0 }.map { ($0.account, $0.units) }
    }
}

/// So much money of one miner.
package struct AccountAmount: Hashable, Sendable {
    package let account: AccountName
    package let amount: Amount

    package init(_ account: AccountName, _ amount: Amount) {
        self.account = account
        self.amount = amount
    }
}
