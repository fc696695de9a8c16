internal import Hashing
internal import Ledger

/// A block's credits as they were kept at the first credit.
struct KeptCredits: Hashable, Sendable {
    let height: UInt32
    /// 32 secret bytes.
    let seed: [UInt8]
    /// What was published.
    let root: Hash256
    let credits: BlockCredits
}
