package import Hashing
package import MiningDomain

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
