package import Hashing

/// The hashes that lead from the coinbase's txid to the merkle root, whatever the coinbase is.
package enum MerkleBranch {
    /// - Parameter identifiers: txids of the transactions after the coinbase, in block order.
    /// - Returns: From the leaves upwards.
    package static func branch(of identifiers: [Hash256]) -> [Hash256] {
        var branch: [Hash256] = []
        var level = identifiers  // always without the leftmost node, which is not known yet
        while let sibling = level.first {
            branch.append(sibling)
            level.removeFirst()
            if !level.count.isMultiple(of: 2), let last = level.last { level.append(last) }
            level = stride(from: 0, to: level.count, by: 2).map { Hash256.sha256d(joining: level[$0], level[$0 + 1]) }
        }
        return branch
    }

    package static func root(_ leaf: Hash256, _ branch: [Hash256]) -> Hash256 {
        branch.reduce(leaf, Hash256.sha256d(joining:_:))
    }
}
