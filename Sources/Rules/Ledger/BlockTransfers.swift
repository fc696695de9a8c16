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

    /// Takes `credits` back while nobody could spend them.
    package func reverseImmature(_ credits: [Transfer], round: Int) -> [Transfer] {
        credits.map { transfer(.blockReverse, round, from: $0.credit, to: $0.debit, amount: $0.amount) }
    }

    /// Takes `credits` back from what miners still have in `confirmed`; for the rest the pool stands in.
    ///
    /// - Returns: Also that rest.
    package func reverseConfirmed(
        _ credits: [Transfer],
        round: Int,
        held confirmed: [AccountName: Int64]
    ) -> (transfers: [Transfer], shortfall: Amount) {
        var transfers: [Transfer] = []
        var fee: UInt64 = 0
        var shortfall: UInt64 = 0
        for credit in credits {
            guard let owner = credit.credit.owner else {
                fee += credit.amount.units
                continue
            }
            let taken = min(Amount(units: UInt64(max(0, confirmed[owner] ?? 0))), credit.amount)
            shortfall += credit.amount.units - taken.units
            guard taken > .zero else { continue }
            let from = LedgerAccount.miner(owner, .confirmed)
            transfers.append(transfer(.blockReverse, round, from: from, to: .pool(.chain), amount: taken))
        }
        let fromPool = Amount(units: fee + shortfall)
        if fromPool > .zero {
            transfers.append(transfer(.blockReverse, round, from: .pool(.fee), to: .pool(.chain), amount: fromPool))
        }
        return (transfers, Amount(units: shortfall))
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
