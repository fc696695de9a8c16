internal import MiningDomain

extension ProofDocument {
    /// Goes from the leaf and from the fee to the root, and counts the credit again.
    ///
    /// What remains of the reward after the fee is the accounts', by their work: largest remainders give each its part
    /// rounded down, or one unit more. Where no work counts, as when blocks are their finders', one account has it all.
    ///
    /// - Throws: The first thing that is wrong.
    package func check(against expected: CreditProof.Expectation = .init()) throws(ProofRefusal) {
        try proof.check(against: expected)
        guard isFeeShown else { throw .feeNotShown }
        guard proof.leaf.account == nil ? proof.leaf == fee.leaf : isPart else { throw .wrongPart }
    }

    private var isFeeShown: Bool {
        guard fee.leaf.account == nil, fee.leaf.work == .zero, fee.index == 0 else { return false }
        guard fee.block == proof.block, fee.leafCount == proof.leafCount, fee.root == proof.root else { return false }
        return (try? fee.check()) != nil
    }

    /// Both lead to one root: neither the fee nor any work is more than the whole.
    private var isPart: Bool {
        let (units, rest) = (proof.leaf.amount.units, proof.reward.units - fee.leaf.amount.units)
        guard proof.work > .zero else { return units == 0 || units == rest }
        guard scheme != RewardScheme.Name.solo.rawValue else { return false }
        return Apportionment.isPart(units, of: rest, weight: proof.leaf.work, total: proof.work)
    }
}
