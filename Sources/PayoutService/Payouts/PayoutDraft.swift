package import BlockFormat
package import ChainAdapter
package import Ledger
package import MiningDomain

/// A payout's transaction before anybody has signed it: which coins go where.
///
/// It may be signed by a wallet here, or handed to somebody who has the keys.
package struct PayoutDraft: Hashable, Sendable {
    package struct Output: Hashable, Sendable {
        package let address: Address
        package let amount: Amount

        package init(address: Address, amount: Amount) {
            self.address = address
            self.amount = amount
        }
    }

    package let coins: [PayoutCoin]
    /// What miners get, once each, less what they bear of the fee.
    package let outputs: [Output]
    package let change: Output?
    /// What each account bears of the fee; empty when the pool pays it.
    package let feeParts: [AccountName: Amount]

    package init(coins: [PayoutCoin], outputs: [Output], change: Output?, feeParts: [AccountName: Amount] = [:]) {
        self.coins = coins
        self.outputs = outputs
        self.change = change
        self.feeParts = feeParts
    }

    /// What miners get, and the change.
    package var allOutputs: [Output] { outputs + (change.map { [$0] } ?? []) }

    /// What goes in and does not come out; `nil` for a draft that would spend more than it has.
    package var fee: Amount? {
        let spent = coins.reduce(UInt64(0)) { $0 + $1.amount.units }
        let paid = allOutputs.reduce(UInt64(0)) { $0 + $1.amount.units }
        return spent >= paid ? Amount(units: spent - paid) : nil
    }

    /// The same coins and change, paying others: for questions, never to be signed.
    func paying(_ outputs: [Output]) -> PayoutDraft {
        PayoutDraft(coins: coins, outputs: outputs, change: change)
    }

    private static func counted(_ outputs: [TransactionOutput]) -> [TransactionOutput: Int] {
        outputs.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Whether a transaction spends just these coins and pays just this, each once.
    package func isCarriedOut(by transaction: SignedTransaction) -> Bool {
        isCarriedOut(inputs: transaction.inputs, outputs: transaction.outputs)
    }

    /// Whether a transaction that nobody has signed does.
    package func isCarriedOut(by transaction: UnsignedTransaction) -> Bool {
        isCarriedOut(inputs: transaction.inputs, outputs: transaction.outputs)
    }

    private func isCarriedOut(inputs: [CoinReference], outputs paid: [TransactionOutput]) -> Bool {
        let wanted = allOutputs.map {
            TransactionOutput(amount: $0.amount, scriptPublicKey: $0.address.scriptPublicKey)
        }
        guard inputs.sorted() == coins.map(\.reference).sorted() else { return false }
        return Self.counted(wanted) == Self.counted(paid)
    }
}
