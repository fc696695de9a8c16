import Hashing

/// A nonce whose hash meets its bin's share target.
struct Find: Hashable, Sendable {
    let extranonce2: UInt64
    let nonce: UInt32
    let hash: Hash256
}
