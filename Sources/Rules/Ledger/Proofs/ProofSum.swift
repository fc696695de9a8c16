package import Hashing
package import MiningDomain

/// A node of a Merkle-sum tree: the hash of what is below it, and what that adds up to.
package struct ProofSum: Hashable, Sendable {
    package let hash: Hash256
    package let work: Work
    package let amount: Amount

    package init(hash: Hash256, work: Work, amount: Amount) {
        self.hash = hash
        self.work = work
        self.amount = amount
    }

    /// The node above two others.
    ///
    /// Its hash binds both children's hashes and both children's sums: were it only the total, a node could take a sum
    /// from one side and give it to the other.
    ///
    /// - Throws: `.sumOverflow` past 2^128 - 1 hashes of work or 2^64 - 1 units.
    package init(joining left: ProofSum, _ right: ProofSum) throws(ProofRefusal) {
        let (hashes, isTooMuchWork) = left.work.hashes.addingReportingOverflow(right.work.hashes)
        let (units, isTooMuchMoney) = left.amount.units.addingReportingOverflow(right.amount.units)
        guard !isTooMuchWork, !isTooMuchMoney else { throw .sumOverflow }
        self.init(
            hash: .sha256(of: ProofTag.node.bytes + left.encoded + right.encoded),
            work: Work(hashes: hashes),
            amount: Amount(units: units)
        )
    }

    /// 56 bytes: the hash, the work and the amount.
    var encoded: [UInt8] {
        hash.bytes + work.bytes + amount.units.bigEndianBytes
    }
}

/// What the first 16 bytes of each hashed text say: none can be taken for one of another kind.
enum ProofTag: String {
    case leaf = "lode credit leaf"
    case node = "lode credit node"
    case root = "lode credit root"
    case salt = "lode credit salt"

    var bytes: [UInt8] { Array(rawValue.utf8) }
}

extension FixedWidthInteger {
    /// All of its bytes, the most significant first.
    var bigEndianBytes: [UInt8] {
        stride(from: Self.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: self >> Self($0)) }
    }
}
