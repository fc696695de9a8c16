import BlockFormat
import ChainAdapter
import Hashing
import Ledger
import MiningDomain

@testable import PayoutService

/// A person who spends from the pool's wallet behind the pool's back.
struct WalletByHand {
    let purse: SimulatedPurse

    /// - Returns: What was done, for the story; `nil` when it came to nothing.
    func spend(_ books: Books) -> String? {
        switch purse.chance.number(0...9) {
        case 0..<6: sendStandIn(books)
        case 6..<8: payOneMiner(books)
        case _: spendACoin()
        }
    }

    /// Never mind who has locked it.
    private func spendACoin() -> String? {
        let locked = purse.change { state in
            defer { if purse.chance.happens(oneIn: 2) { state.locked = [] } }
            return state.locked
        }
        defer { purse.change { $0.locked.formUnion(locked) } }
        guard let (coin, amount) = purse.chance.pick(purse.spendable()) else { return nil }
        let elsewhere = TransactionOutput(amount: amount, scriptPublicKey: [0x52])
        let transaction = transaction(of: [coin], to: [elsewhere], fee: .zero, isForeign: true)
        return purse.network.accept(transaction) == nil ? "the operator spends a coin by hand" : nil
    }

    /// What a payout pays, of the same coins, under another name; with more for the network, if there is change to take it from.
    private func sendStandIn(_ books: Books) -> String? {
        let payouts = books.payouts.filter { !$0.state.isFinal && !$0.versions.isEmpty }
        guard let payout = purse.chance.pick(payouts), let bytes = payout.versions.last?.transaction,
            let own = purse.read({ $0.signed[bytes] })
        else { return nil }
        var (outputs, fee) = (own.outputs, own.fee)
        let more = UInt64(purse.chance.number(1...9)) * 1_000
        let change = outputs.firstIndex { $0.scriptPublicKey == SimulatedPurse.change?.scriptPublicKey }
        if let change, outputs[change].amount.units > 10 * more {
            let rest = Amount(units: outputs[change].amount.units - more)
            outputs[change] = TransactionOutput(amount: rest, scriptPublicKey: outputs[change].scriptPublicKey)
            fee = Amount(units: fee.units + more)
        }
        let transaction = transaction(of: own.inputs, to: outputs, fee: fee)
        guard purse.send(transaction) else { return nil }
        purse.change { _ = $0.standIns.insert(transaction.identifier) }
        return "a person pays payout \(payout.id) by hand, as \(transaction.identifier.hex.prefix(8))"
    }

    /// One of those whom a payout pays, once, with one of its coins: what is left of the payout is for a person to see to.
    private func payOneMiner(_ books: Books) -> String? {
        let payouts = books.payouts.filter { payout in
            let mayBeSigned = !payout.versions.isEmpty || payout.handover?.exportedAtMs != nil
            return !payout.state.isFinal && mayBeSigned && !purse.read { $0.paidByHand.contains(payout.id) }
        }
        guard let payout = purse.chance.pick(payouts), let coin = purse.chance.pick(payout.coins),
            let part = purse.chance.pick(payout.outputs), let script = SimulatedPurse.script(of: part.account)
        else { return nil }
        let fee = Amount(units: min(100_000, coin.amount.units / 2))
        let rest = coin.amount.units - fee.units
        let amount = min(part.amount.units, rest)
        let transaction = transaction(
            of: [coin.reference],
            to: [
                TransactionOutput(amount: Amount(units: amount), scriptPublicKey: script),
                TransactionOutput(amount: Amount(units: rest - amount), scriptPublicKey: [0x52]),
            ],
            fee: fee
        )
        guard purse.send(transaction) else { return nil }
        purse.change { _ = $0.paidByHand.insert(payout.id) }
        return "a person pays one of payout \(payout.id) by hand, as \(transaction.identifier.hex.prefix(8))"
    }

    private func transaction(
        of coins: [CoinReference],
        to outputs: [TransactionOutput],
        fee: Amount,
        isForeign: Bool = false
    ) -> SimulatedTransaction {
        let bytes = purse.chance.hash().bytes
        return SimulatedTransaction(
            identifier: Hash256.sha256d(of: bytes),
            bytes: bytes,
            inputs: coins,
            outputs: outputs,
            fee: fee,
            isForeign: isForeign
        )
    }
}
