internal import Hashing
internal import Ledger
internal import Messages
internal import MiningDomain

extension BlockProof {
    /// A proof, and that of the fee beside it, as they travel.
    init(_ proof: CreditProof, fee: CreditProof, height: UInt32, scheme: String) {
        self.init(
            height: height,
            scheme: scheme,
            address: proof.leaf.account?.description ?? "",
            leafWork: proof.leaf.work.bytes,
            leafAmount: proof.leaf.amount.units,
            leafSalt: proof.leaf.salt,
            leafHash: proof.leafHash.bytes,
            leafIndex: UInt64(proof.index),
            leafCount: UInt64(proof.leafCount),
            path: proof.path.map { ProofStep($0) },
            work: proof.work.bytes,
            reward: proof.reward.units,
            root: proof.root.bytes,
            feeAmount: fee.leaf.amount.units,
            feeSalt: fee.leaf.salt,
            feeHash: fee.leafHash.bytes,
            feePath: fee.path.map { ProofStep($0) }
        )
    }
}

extension ProofStep {
    fileprivate init(_ step: CreditProof.Step) {
        self.init(
            isLeft: step.side == .left,
            hash: step.sum.hash.bytes,
            work: step.sum.work.bytes,
            amount: step.sum.amount.units
        )
    }
}
