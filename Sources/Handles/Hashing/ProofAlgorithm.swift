/// The hash that proves work on a chain's headers.
package enum ProofAlgorithm: String, CaseIterable, Sendable {
    /// scrypt with N = 1024, r = 1, p = 1 and the header as both password and salt (Litecoin).
    case scrypt
    /// SHA-256 twice (Bitcoin).
    case sha256d
}
