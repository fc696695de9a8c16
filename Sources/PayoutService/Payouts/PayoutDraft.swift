package import BlockFormat
package import ChainAdapter
package import Hashing
package import Ledger
package import MiningDomain

/// One coin that a payout spends.
package struct PayoutCoin: Hashable, Sendable {
    package let reference: CoinReference
    package let amount: Amount
    package let scriptPublicKey: [UInt8]

    package init(reference: CoinReference, amount: Amount, scriptPublicKey: [UInt8]) {
        self.reference = reference
        self.amount = amount
        self.scriptPublicKey = scriptPublicKey
    }
}

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

/// One signed version of a payout's transaction.
package struct PayoutVersion: Hashable, Sendable {
    package let transaction: [UInt8]
    package let identifier: Hash256
    package let fee: Amount
    /// Virtual bytes; 0 for one of an earlier release, which nothing replaces.
    package let virtualSize: UInt64
    /// The chain's height when it was signed.
    package let signedHeight: UInt32

    package init(
        transaction: [UInt8],
        identifier: Hash256,
        fee: Amount,
        virtualSize: UInt64,
        signedHeight: UInt32
    ) {
        self.transaction = transaction
        self.identifier = identifier
        self.fee = fee
        self.virtualSize = virtualSize
        self.signedHeight = signedHeight
    }
}
