package import Hashing

/// The Merkle-sum tree of one block: what each account was counted and credited, under one published hash.
///
/// The shape is that of RFC 6962: nodes are paired from the left, and one that is left over goes up as it is. No leaf
/// stands there twice, and where a leaf stands tells on which side each of its neighbours is.
package struct CreditTree: Sendable {
    package let block: Hash256
    package let leaves: [CreditLeaf]
    /// From the leaves up to the one at the top.
    private let levels: [[ProofSum]]

    /// - Parameters:
    ///   - block: The block's hash.
    ///   - leaves: At least one; the pool's fee first, then the accounts, each once, in the order of their names.
    /// - Throws: `.sumOverflow` when they add up to more than a sum can hold.
    package init(block: Hash256, leaves: [CreditLeaf]) throws(ProofRefusal) {
        precondition(!leaves.isEmpty && leaves[0].account == nil, "the fee stands first")
        precondition(
            zip(leaves.dropFirst(), leaves.dropFirst(2)).allSatisfy { pair in
                guard let left = pair.0.account, let right = pair.1.account else { return false }
                return left < right
            },
            "each account stands there once, in its order"
        )
        self.block = block
        self.leaves = leaves
        var levels = [leaves.map { $0.sum(in: block) }]
        while let below = levels.last, below.count > 1 { levels.append(try Self.level(above: below)) }
        self.levels = levels
    }

    private static func level(above below: [ProofSum]) throws(ProofRefusal) -> [ProofSum] {
        var level: [ProofSum] = []
        level.reserveCapacity((below.count + 1) / 2)
        for index in stride(from: 0, to: below.count, by: 2) {
            guard index + 1 < below.count else {
                level.append(below[index])
                break
            }
            level.append(try ProofSum(joining: below[index], below[index + 1]))
        }
        return level
    }

    /// All work and all money of the block.
    package var top: ProofSum { levels[levels.count - 1][0] }

    /// What is published.
    package var root: Hash256 { Self.root(block: block, leafCount: leaves.count, top: top) }

    /// Binds the block and the number of leaves to the sums at the top.
    static func root(block: Hash256, leafCount: Int, top: ProofSum) -> Hash256 {
        .sha256(of: ProofTag.root.bytes + block.bytes + UInt64(leafCount).bigEndianBytes + top.encoded)
    }

    /// - Parameter account: `nil` for the pool's fee.
    /// - Returns: `nil` when the account has no leaf.
    package func proof(of account: AccountName?) -> CreditProof? {
        guard let index = index(of: account) else { return nil }
        var path: [CreditProof.Step] = []
        var place = index
        for level in levels.dropLast() {
            let neighbour = place ^ 1
            if neighbour < level.count {
                path.append(CreditProof.Step(side: neighbour < place ? .left : .right, sum: level[neighbour]))
            }
            place /= 2
        }
        return CreditProof(
            block: block,
            leaf: leaves[index],
            leafHash: levels[0][index].hash,
            index: index,
            leafCount: leaves.count,
            path: path,
            work: top.work,
            reward: top.amount,
            root: root
        )
    }

    /// Halves the leaves, which stand in order.
    private func index(of account: AccountName?) -> Int? {
        guard let account else { return 0 }
        var (low, high) = (1, leaves.count)
        while low < high {
            let middle = (low + high) / 2
            guard let name = leaves[middle].account else { return nil }
            if name == account { return middle }
            (low, high) = name < account ? (middle + 1, high) : (low, middle)
        }
        return nil
    }
}
