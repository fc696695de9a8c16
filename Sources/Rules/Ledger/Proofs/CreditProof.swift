package import Hashing
package import MiningDomain

/// Shows that one leaf stands in a block's tree, to somebody who has nothing of the tree but its root.
package struct CreditProof: Hashable, Sendable {
    package enum Side: String, Hashable, Sendable {
        case left
        case right
    }

    /// One neighbour on the way up.
    package struct Step: Hashable, Sendable {
        /// On which side of the path it stands.
        package var side: Side
        package var sum: ProofSum

        package init(side: Side, sum: ProofSum) {
            self.side = side
            self.sum = sum
        }
    }

    /// What somebody who checks a proof knows from elsewhere.
    package struct Expectation: Hashable, Sendable {
        package var block: Hash256?
        package var account: AccountName?
        package var root: Hash256?

        package init(block: Hash256? = nil, account: AccountName? = nil, root: Hash256? = nil) {
            self.block = block
            self.account = account
            self.root = root
        }
    }

    package var block: Hash256
    package var leaf: CreditLeaf
    package var leafHash: Hash256
    /// Where the leaf stands, from 0, which is the fee's place.
    package var index: Int
    package var leafCount: Int
    /// From the leaf's neighbour upwards.
    package var path: [Step]
    /// All work that was counted for the block.
    package var work: Work
    /// All that was credited: the fee and every account's part.
    package var reward: Amount
    package var root: Hash256

    package init(
        block: Hash256,
        leaf: CreditLeaf,
        leafHash: Hash256,
        index: Int,
        leafCount: Int,
        path: [Step],
        work: Work,
        reward: Amount,
        root: Hash256
    ) {
        self.block = block
        self.leaf = leaf
        self.leafHash = leafHash
        self.index = index
        self.leafCount = leafCount
        self.path = path
        self.work = work
        self.reward = reward
        self.root = root
    }

    /// The pool's fee of the same block, with its own way to the root.
    package func beside(_ fee: CreditLeaf, hash: Hash256, path: [Step]) -> CreditProof {
        var other = self
        (other.leaf, other.leafHash, other.index, other.path) = (fee, hash, 0, path)
        return other
    }

    /// Goes the whole way from the leaf to the root.
    ///
    /// - Throws: The first thing that is wrong.
    package func check(against expected: Expectation = Expectation()) throws(ProofRefusal) {
        if let wanted = expected.block, wanted != block { throw .otherBlock }
        if let wanted = expected.account, wanted != leaf.account { throw .otherAccount }
        guard index >= 0, index < leafCount, (index == 0) == (leaf.account == nil) else { throw .misplacedLeaf }
        let start = leaf.sum(in: block)
        guard start.hash == leafHash else { throw .changedLeaf }
        let top = try climb(from: start)
        guard top.work == work else { throw .workDoesNotAddUp }
        guard top.amount == reward else { throw .creditsDoNotAddUp }
        guard CreditTree.root(block: block, leafCount: leafCount, top: top) == root else { throw .notUnderThisRoot }
        if let wanted = expected.root, wanted != root { throw .otherRoot }
    }

    private func climb(from leaf: ProofSum) throws(ProofRefusal) -> ProofSum {
        var node = leaf
        var (place, count) = (index, leafCount)
        var steps = path[...]
        while count > 1 {
            let isOnTheRight = !place.isMultiple(of: 2)
            if isOnTheRight || place + 1 < count {
                guard let step = steps.popFirst() else { throw .wrongPathLength }
                guard step.side == (isOnTheRight ? .left : .right) else { throw .swappedSides }
                guard step.sum.hash != node.hash else { throw .duplicatedLeaf }
                node = try isOnTheRight ? ProofSum(joining: step.sum, node) : ProofSum(joining: node, step.sum)
            }
            place /= 2
            count = count / 2 + count % 2
        }
        guard steps.isEmpty else { throw .wrongPathLength }
        return node
    }
}
