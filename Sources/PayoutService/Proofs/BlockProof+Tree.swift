internal import Hashing
internal import Ledger
internal import Messages
internal import MiningDomain

extension BlockProof {
    /// A proof as it travels.
    init(_ proof: CreditProof, height: UInt32, scheme: String) {
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
            path: proof.path.map { step in
                ProofStep(
                    isLeft: step.side == .left,
                    hash: step.sum.hash.bytes,
                    work: step.sum.work.bytes,
                    amount: step.sum.amount.units
                )
            },
            work: proof.work.bytes,
            reward: proof.reward.units,
            root: proof.root.bytes
        )
    }
}
