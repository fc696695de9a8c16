package import Hashing
package import MiningDomain

/// Whether a transaction could be funded, and from what.
package struct FundedTransaction: Hashable, Sendable {
    package let bytes: [UInt8]
    package let fee: Amount
    /// Which output pays back what is left over; `nil` when nothing is.
    package let changePosition: Int?
}

/// A transaction with signatures.
package struct SignedTransaction: Hashable, Sendable {
    package let bytes: [UInt8]
    /// Without witness: what it is known by.
    package let identifier: Hash256
    /// Of its weight, in virtual bytes.
    package let virtualSize: UInt32
    package let inputs: [CoinReference]
    package let outputs: [TransactionOutput]
}

/// Where a transaction sends money.
package struct TransactionOutput: Hashable, Sendable {
    package let amount: Amount
    package let scriptPublicKey: [UInt8]
}

/// One of the wallet's own transactions, as the wallet sees it.
package struct WalletTransaction: Hashable, Sendable {
    package let identifier: Hash256
    /// The containing block counted: 0 while it waits; negative when a conflicting transaction stands that deep instead.
    package let confirmations: Int64
    /// The block that contains it; `nil` while it waits.
    package let blockHash: Hash256?
    /// `nil` when the wallet did not pay it.
    package let fee: Amount?
    package let bytes: [UInt8]
    /// Other transactions that spend the same coins.
    package let conflicts: [Hash256]
    /// The operator gave it up: the wallet takes its coins as unspent.
    package let isAbandoned: Bool
}

/// A transaction that any node knows: of its pool, or, with an index of transactions, of the chain.
package struct KnownTransaction: Hashable, Sendable {
    package let identifier: Hash256
    package let confirmations: UInt32
    package let blockHash: Hash256?
    package let bytes: [UInt8]
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
