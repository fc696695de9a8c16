import JSON

/// What a node says to a block (BIP 22, and Bitcoin Core's `submitblock`).
///
/// None of them tells the block's fate: that is told by the hash at its height on the best chain.
package enum SubmitAnswer: Hashable, Sendable {
    /// Taken.
    case accepted
    /// Known already, as valid or not yet fully checked.
    case duplicate
    /// Good as far as it was looked at, but not on the best chain now.
    case inconclusive
    /// Against a rule, in the node's words: `high-hash`, `bad-txnmrklroot`, `duplicate-invalid`…
    case rejected(reason: String)

    /// Reads the result of `submitblock`: nothing when the block was taken, else a word.
    init(_ json: JSON) throws(NodeError) {
        switch json {
        case .null: self = .accepted
        case .string("duplicate"), .string("duplicate-inconclusive"): self = .duplicate
        case .string("inconclusive"): self = .inconclusive
        case .string(let reason): self = .rejected(reason: reason.bounded)
        case .bool, .number, .array, .object: throw .malformed("submitblock answered with no word")
        }
    }
}
