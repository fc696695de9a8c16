package import MiningDomain

/// The transfers of one block's money.
///
/// A pure value. Each credit of a block has a number of its own, its round, in its transfers' reference: a block that is
/// orphaned and comes back is credited again, while no credit can be written twice.
package struct BlockTransfers: Sendable {
    private let block: String

    /// - Parameter block: The hash as people read it.
    package init(block: String) {
        self.block = block
    }

    /// What the transfers of one round refer to.
    package func reference(round: Int) -> String {
        "\(block)/\(round)"
    }

    /// The reward as it was split.
    package func credit(_ split: RewardSplit, round: Int) -> [Transfer] {
        var entries = split.parts.map { (LedgerAccount.miner($0.account, .immature), $0.amount) }
        if split.fee > .zero { entries.append((.pool(.fee), split.fee)) }
        return entries.map { transfer(.blockCredit, round, from: .pool(.chain), to: $0, amount: $1) }
    }

    /// The same as `credits`, in another round.
    package func again(_ credits: [Transfer], round: Int) -> [Transfer] {
        credits.map { transfer($0.kind, round, from: $0.debit, to: $0.credit, amount: $0.amount) }
    }

    /// Makes the miners' part of `credits` spendable.
    package func mature(_ credits: [Transfer], round: Int) -> [Transfer] {
        credits.compactMap { credit in
            credit.credit.owner.map { owner in
                transfer(.blockMature, round, from: credit.credit, to: .miner(owner, .confirmed), amount: credit.amount)
            }
        }
    }

    /// Takes `credits` back from where they were credited, while nobody could spend them.
    package func reverseImmature(_ credits: [Transfer], round: Int) -> [Transfer] {
        credits.map { transfer(.blockReverse, round, from: $0.credit, to: $0.debit, amount: $0.amount) }
    }

    /// Takes `credits` back from what miners still have in `confirmed`; the rest, which is in a payout already, they owe.
    ///
    /// - Returns: Also that rest, of all miners together.
    package func reverseConfirmed(
        _ credits: [Transfer],
        round: Int,
        held confirmed: [AccountName: Int64]
    ) -> (transfers: [Transfer], debt: Amount) {
        var transfers: [Transfer] = []
        var debt: UInt64 = 0
        for credit in credits {
            guard let owner = credit.credit.owner else {
                transfers += reverseImmature([credit], round: round)
                continue
            }
            let taken = min(credit.amount.units, UInt64(max(0, confirmed[owner] ?? 0)))
            let owed = credit.amount.units - taken
            debt += owed
            for (bucket, units) in [(Bucket.confirmed, taken), (.debt, owed)] where units > 0 {
                let from = LedgerAccount.miner(owner, bucket)
                let amount = Amount(units: units)
                transfers.append(transfer(.blockReverse, round, from: from, to: .pool(.chain), amount: amount))
            }
        }
        return (transfers, Amount(units: debt))
    }

    private func transfer(
        _ kind: Transfer.Kind,
        _ round: Int,
        from debit: LedgerAccount,
        to credit: LedgerAccount,
        amount: Amount
    ) -> Transfer {
        Transfer(kind: kind, reference: reference(round: round), from: debit, to: credit, amount: amount)
    }
}
