package import Hashing
package import MiningDomain

/// What one account, or the pool itself, has of one block: a leaf of its tree.
package struct CreditLeaf: Hashable, Sendable {
    /// Bytes of a salt: nobody can try that many.
    package static let saltByteCount = 16
    /// Bytes of the secret that a block's salts are made from.
    package static let seedByteCount = 32

    /// `nil` for the pool's fee.
    package let account: AccountName?
    /// What of the account's work was counted for the block; zero for the fee.
    package let work: Work
    package let amount: Amount
    /// 16 bytes, without which a hash beside a path would tell whose it is to whoever tries all known addresses.
    package let salt: [UInt8]

    /// - Precondition: The salt has 16 bytes.
    package init(account: AccountName?, work: Work, amount: Amount, salt: [UInt8]) {
        precondition(salt.count == Self.saltByteCount)
        self.account = account
        self.work = work
        self.amount = amount
        self.salt = salt
    }

    /// With a salt made from `seed`, 32 secret bytes of the block's own.
    package init(account: AccountName?, work: Work, amount: Amount, seed: [UInt8]) {
        precondition(seed.count == Self.seedByteCount)
        let hash = Hash256.sha256(of: ProofTag.salt.bytes + seed + Self.name(account))
        self.init(account: account, work: work, amount: amount, salt: Array(hash.bytes.prefix(Self.saltByteCount)))
    }

    /// The leaf as a node of the tree of `block`.
    package func sum(in block: Hash256) -> ProofSum {
        // Every field but the last has one length, so that no two leaves have the same text.
        let text =
            ProofTag.leaf.bytes + block.bytes + salt + work.bytes + amount.units.bigEndianBytes
            + Self.name(account)
        return ProofSum(hash: .sha256(of: text), work: work, amount: amount)
    }

    /// One byte that tells the pool from an account, then the account's text.
    private static func name(_ account: AccountName?) -> [UInt8] {
        guard let account else { return [0] }
        return [1] + Array(account.description.utf8)
    }
}
