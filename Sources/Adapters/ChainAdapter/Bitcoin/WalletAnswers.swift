package import BlockFormat
package import Hashing
package import MiningDomain

/// A transaction with signatures.
package struct SignedTransaction: Hashable, Sendable {
    package let bytes: [UInt8]
    /// Without witness: what it is known by.
    package let identifier: Hash256
    /// Of its weight, in virtual bytes.
    package let virtualSize: UInt32
    package let inputs: [CoinReference]
    package let outputs: [TransactionOutput]
    /// By input.
    package let unlockings: [InputUnlocking]

    package init(
        bytes: [UInt8],
        identifier: Hash256,
        virtualSize: UInt32,
        inputs: [CoinReference],
        outputs: [TransactionOutput],
        unlockings: [InputUnlocking] = []
    ) {
        self.bytes = bytes
        self.identifier = identifier
        self.virtualSize = virtualSize
        self.inputs = inputs
        self.outputs = outputs
        self.unlockings = unlockings
    }
}

/// Where a transaction sends money.
package struct TransactionOutput: Hashable, Sendable {
    package let amount: Amount
    package let scriptPublicKey: [UInt8]

    package init(amount: Amount, scriptPublicKey: [UInt8]) {
        self.amount = amount
        self.scriptPublicKey = scriptPublicKey
    }
}

/// One of the wallet's own transactions, as the wallet sees it.
package struct WalletTransaction: Hashable, Sendable {
    /// The containing block counted: 0 while it waits; negative when a conflicting transaction stands that deep instead.
    package let confirmations: Int64
    /// The block that contains it; `nil` while it waits.
    package let blockHash: Hash256?
    /// `nil` when the wallet did not pay it.
    package let fee: Amount?
    package let bytes: [UInt8]
    /// Other transactions that spend the same coins.
    package let conflicts: [Hash256]
}

/// A transaction that any node knows: of its pool, or, with an index of transactions, of the chain.
package struct KnownTransaction: Hashable, Sendable {
    /// The containing block counted: 0 while it waits.
    package let confirmations: UInt32
}

/// What the wallet holds.
package struct WalletBalance: Hashable, Sendable {
    /// Can be spent now.
    package let spendable: Amount
    /// Received, waiting for a block.
    package let pending: Amount
    /// Mined, waiting for maturity.
    package let immature: Amount
}

/// A coin: one output of one transaction.
package struct CoinReference: Hashable, Sendable {
    package let transaction: Hash256
    package let output: UInt32

    package init(transaction: Hash256, output: UInt32) {
        self.transaction = transaction
        self.output = output
    }
}

extension CoinReference: Comparable, CustomStringConvertible {
    /// By transaction, as people read it, then by output.
    package static func < (left: CoinReference, right: CoinReference) -> Bool {
        let (first, second) = (left.transaction.words, right.transaction.words)
        return (first.3, first.2, first.1, first.0, left.output) < (
            second.3, second.2, second.1, second.0, right.output
        )
    }

    package var description: String { "\(transaction.displayHex):\(output)" }
}

/// A coin that the wallet can spend.
package struct WalletCoin: Hashable, Sendable {
    package let reference: CoinReference
    package let amount: Amount
    package let scriptPublicKey: [UInt8]
}

/// A transaction that spends a coin.
package struct CoinSpender: Hashable, Sendable {
    package let transaction: Hash256
    /// The containing block counted: 0 while it waits, negative when another one stands that deep in its place.
    package let confirmations: Int64
    /// All of them, also of coins that nobody asked about.
    package let inputs: [CoinReference]
    package let outputs: [TransactionOutput]
    package let bytes: [UInt8]
    package let virtualSize: UInt32

    package init(
        transaction: Hash256,
        confirmations: Int64,
        inputs: [CoinReference],
        outputs: [TransactionOutput],
        bytes: [UInt8],
        virtualSize: UInt32
    ) {
        self.transaction = transaction
        self.confirmations = confirmations
        self.inputs = inputs
        self.outputs = outputs
        self.bytes = bytes
        self.virtualSize = virtualSize
    }
}

/// What the node asks for being relayed and mined, in base units for 1,000 virtual bytes.
package struct FeeAnswer: Hashable, Sendable {
    /// `nil` when the node has seen too few transactions to say.
    package let estimate: UInt64?
    package let minimum: UInt64
    package let increment: UInt64

    package init(estimate: UInt64?, minimum: UInt64, increment: UInt64) {
        self.estimate = estimate
        self.minimum = minimum
        self.increment = increment
    }
}
