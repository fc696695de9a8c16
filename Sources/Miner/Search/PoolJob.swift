import BlockFormat
import Hashing

/// All but the miner's own numbers of a header.
struct PoolJob: Sendable {
    /// Larger than any coinbase a chain allows to be relayed with a block.
    static let coinbaseByteCountMax = 1 << 20
    /// A branch this long is a block of 2^32 transactions.
    static let branchCountMax = 32

    let id: String
    /// `nil` when the pool does not tell.
    let height: UInt32?
    let algorithm: ProofAlgorithm
    let previousHash: Hash256
    let recipe: HeaderRecipe
}
