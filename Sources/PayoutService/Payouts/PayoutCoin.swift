package import ChainAdapter
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
