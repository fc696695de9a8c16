import Hashing
import Ledger
import MiningDomain

/// What a proof that holds says, in words, and what it does not.
struct VerifyReport: CustomStringConvertible {
    private let document: ProofDocument
    private let isRootKnown: Bool

    /// `isRootKnown` says that the root was held against one that was seen elsewhere.
    init(_ document: ProofDocument, isRootKnown: Bool) {
        self.document = document
        self.isRootKnown = isRootKnown
    }

    var description: String {
        let proof = document.proof
        let (leaf, reward) = (proof.leaf, proof.reward.units)
        let account = leaf.account?.description ?? "the pool's fee"
        let (rest, fee) = (reward - leaf.amount.units, document.fee.leaf.amount.units)
        return """
            block     \(proof.block), height \(document.height)\(document.scheme.map { ", split by \($0)" } ?? "")
            account   \(account)
            work      \(leaf.work.hashes) of \(proof.work.hashes) expected hashes
            credited  \(leaf.amount.units) of \(reward) base units
            fee       \(fee) of \(reward) base units, \(percent(fee, of: reward))
            root      \(proof.root.hex)

            The proof holds. Under this root
            - a work of \(leaf.work.hashes) is written down for \(account), and \(leaf.amount.units) base units for it;
            - \(division);
            - the \(proof.leafCount - 1) other leaves together have the other \(rest), no more and no less: with the
              pool's fee all credits are exactly the \(reward) base units.

            It does not show
            - that this is all the work you sent: compare it with what you counted yourself;
            - that the others have done the work that is written down for them;
            - that the block is on the chain and its reward is \(reward): ask a node; height and scheme are the pool's word;
            - that you can spend it: a block that is orphaned takes its credits back.
            \(rootLine)

            """
    }

    private var division: String {
        let (proof, fee) = (document.proof, document.fee.leaf.amount.units)
        let rest = proof.reward.units - fee
        return if proof.leaf.account == nil {
            "the pool keeps that, and \(rest) base units are the accounts'"
        } else if proof.work > .zero {
            "that is the part that this work has of the \(rest) base units which the pool's fee leaves, to the unit"
        } else {
            "no work counts for this block: one account has all of the \(rest) base units which the pool's fee leaves"
        }
    }

    /// Rounded down to hundredths.
    private func percent(_ part: UInt64, of whole: UInt64) -> String {
        guard whole > 0 else { return "0.00 %" }
        let hundredths = UInt128(part) * 10_000 / UInt128(whole)
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
    }

    private var rootLine: String {
        isRootKnown
            ? "The root is the one that you saw elsewhere."
            : "Compare the root with what others were given for this block (--root): one root for all is what binds the pool."
    }
}
