internal import Ledger
internal import MiningDomain

/// The transfers of a payout: pure, so that whatever keeps them, they are the same.
enum PayoutMoney {
    /// Money set aside.
    static func reservation(of id: Int64, _ batch: [AccountAmount]) -> [Transfer] {
        batch.map { part in
            Transfer(
                kind: .payoutReserve,
                reference: String(id),
                from: .miner(part.account, .confirmed),
                to: .miner(part.account, .reserved),
                amount: part.amount
            )
        }
    }

    /// What the transfers of a settlement refer to: the payout, and which of its settlements it is after the first.
    static func reference(of id: Int64, round: Int) -> String {
        round == 1 ? String(id) : "\(id)/\(round)"
    }

    /// What arrived is paid, and what miners bear of the fee is the network's; the pool bears the rest of it.
    ///
    /// `fee` is of the version that was mined: never less than the miners' parts, which the first version settled. `round`
    /// counts a payout's settlements from 1.
    static func settlement(of id: Int64, round: Int, _ outputs: [PayoutOutput], fee: Amount) -> [Transfer] {
        let reference = reference(of: id, round: round)
        var transfers: [Transfer] = []
        var rest = fee.units
        for output in outputs {
            let part = Amount(units: min(output.feePart.units, rest))
            rest -= part.units
            let reserved = LedgerAccount.miner(output.account, .reserved)
            let paid = Amount(units: output.amount.units - min(part, output.amount).units)
            if paid > .zero {
                transfers.append(
                    Transfer(
                        kind: .payoutSettle,
                        reference: reference,
                        from: reserved,
                        to: .miner(output.account, .paid),
                        amount: paid
                    )
                )
            }
            if part > .zero {
                transfers.append(
                    Transfer(
                        kind: .payoutFee,
                        reference: reference,
                        from: reserved,
                        to: .pool(.networkFee),
                        amount: part
                    )
                )
            }
        }
        if rest > 0 {
            transfers.append(
                Transfer(
                    kind: .payoutFee,
                    reference: reference,
                    from: .pool(.fee),
                    to: .pool(.networkFee),
                    amount: Amount(units: rest)
                )
            )
        }
        return transfers
    }

    /// A settlement taken back, transfer by transfer: the money is set aside again.
    static func reversal(of settlement: [Transfer]) -> [Transfer] {
        settlement.map { transfer in
            Transfer(
                kind: .payoutReverse,
                reference: transfer.reference,
                from: transfer.credit,
                to: transfer.debit,
                amount: transfer.amount
            )
        }
    }

    /// Money set aside, given back.
    static func cancellation(of id: Int64, _ outputs: [PayoutOutput]) -> [Transfer] {
        outputs.map { output in
            Transfer(
                kind: .payoutCancel,
                reference: String(id),
                from: .miner(output.account, .reserved),
                to: .miner(output.account, .confirmed),
                amount: output.amount
            )
        }
    }
}
