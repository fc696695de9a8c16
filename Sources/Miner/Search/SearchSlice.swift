import Hashing

/// What one thread searches in one go: a run of nonces under one extranonce2.
struct SearchSlice: Hashable, Sendable {
    let binToken: String
    /// Where it stands in its bin: the number of positions before it.
    let offset: UInt64
    let algorithm: ProofAlgorithm
    /// 80 bytes, the nonce to be filled in.
    let header: [UInt8]
    /// 32 bytes, big-endian.
    let target: [UInt8]
    let extranonce2: UInt64
    let firstNonce: UInt32
    let count: UInt64

    func search() -> NonceSearch.Slice {
        NonceSearch(algorithm, header: header, target: target).slice(from: firstNonce, count: count)
    }
}
