/// Why a proof proves nothing, in the order in which it is looked at.
package enum ProofRefusal: String, Error, CaseIterable, Hashable, Sendable {
    /// It is not of the form that the page describes.
    case malformed
    /// It is of another block than was asked for.
    case otherBlock
    /// It is of another account than was asked for.
    case otherAccount
    /// The leaf stands where no leaf of its kind can stand.
    case misplacedLeaf
    /// The leaf's hash is not that of its fields and its block.
    case changedLeaf
    /// The path is longer or shorter than from this place in a tree of this size.
    case wrongPathLength
    /// A neighbour stands on the side where the path itself is.
    case swappedSides
    /// A neighbour is the path's own node once more.
    case duplicatedLeaf
    /// A sum is past what the fixed width can hold.
    case sumOverflow
    /// The work along the path is not the block's.
    case workDoesNotAddUp
    /// The credits along the path are not the block's reward.
    case creditsDoNotAddUp
    /// The path leads to another hash than the root.
    case notUnderThisRoot
    /// The root is not the one that was seen elsewhere.
    case otherRoot
    /// The pool's fee does not lead to the same root.
    case feeNotShown
    /// The credit is not the account's part, by its work, of what the fee leaves.
    case wrongPart
}

extension ProofRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed: "malformed: this is no proof of a credit"
        case .otherBlock: "other block: the proof is of another block than the one asked for"
        case .otherAccount: "other account: the proof is of another account than the one asked for"
        case .misplacedLeaf: "misplaced leaf: the fee stands first in a tree, and every account behind it"
        case .changedLeaf: "changed leaf: the leaf's hash is not that of its block, account, work and amount"
        case .wrongPathLength: "wrong path length: a tree of this size has a path of another length at this place"
        case .swappedSides: "swapped sides: a neighbour stands on the side where the path itself must be"
        case .duplicatedLeaf: "duplicated leaf: a neighbour on the path is the path's own node once more"
        case .sumOverflow: "sum overflow: the sums along the path are more than there can be"
        case .workDoesNotAddUp: "work does not add up: the sums along the path are not the block's whole work"
        case .creditsDoNotAddUp: "credits do not add up: the sums along the path are not the block's reward"
        case .notUnderThisRoot: "not under this root: something on the path was changed, or it is of another tree"
        case .otherRoot: "other root: the pool has shown somebody else another tree for this block"
        case .feeNotShown: "fee not shown: the pool's fee does not lead to the same root"
        case .wrongPart:
            "wrong part: the credit is not the part that the account's work has of the reward without the fee"
        }
    }
}
