/// What state money is in.
package enum Bucket: String, CaseIterable, Hashable, Sendable {
    /// A miner's, from a block that may still be orphaned.
    case immature
    /// A miner's, and free to be paid.
    case confirmed
    /// A miner's, set aside for one payout.
    case reserved
    /// A miner's, settled on chain.
    case paid
    /// What a miner owes the pool, never above zero: credits that were taken back when the money was no longer there.
    case debt
    /// The pool's: what it kept of rewards, less what payouts cost it.
    case fee
    /// Where rewards come from; its balance is what the chain has given, negative.
    case chain
    /// Where the network's transaction fees go.
    case networkFee = "network_fee"

    package var belongsToMiner: Bool {
        switch self {
        case .immature, .confirmed, .reserved, .paid, .debt: true
        case .fee, .chain, .networkFee: false
        }
    }
}

/// One line of the ledger: a bucket of a miner, or of the pool.
package struct LedgerAccount: Hashable, Sendable {
    /// `nil` for the pool.
    package let owner: AccountName?
    package let bucket: Bucket

    private init(owner: AccountName?, bucket: Bucket) {
        precondition(bucket.belongsToMiner == (owner != nil))
        self.owner = owner
        self.bucket = bucket
    }

    package static func miner(_ owner: AccountName, _ bucket: Bucket) -> LedgerAccount {
        LedgerAccount(owner: owner, bucket: bucket)
    }

    package static func pool(_ bucket: Bucket) -> LedgerAccount {
        LedgerAccount(owner: nil, bucket: bucket)
    }
}
