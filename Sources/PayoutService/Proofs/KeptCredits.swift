internal import Hashing
internal import Ledger

/// A block's credits as they were kept at the first credit.
struct KeptCredits: Hashable, Sendable {
    let height: UInt32
    /// How the reward was split; empty for a block of before there was a choice.
    let scheme: String
    /// 32 secret bytes.
    let seed: [UInt8]
    /// What was published.
    let root: Hash256
    let credits: BlockCredits
}
