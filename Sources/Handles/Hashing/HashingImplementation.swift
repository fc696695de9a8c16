internal import CProofHash

/// A way to compute proof hashes; all give the same bytes, at different speeds.
///
/// The pool uses the fastest that this machine has. Tests and benchmarks name one.
package enum HashingImplementation: String, CaseIterable, Sendable {
    /// Plain C, on any machine.
    case portable
    /// x86-64 with SHA extensions: one message at a time, or two nonces.
    case shaExtensions = "sha-ni"
    /// x86-64 with 128-bit vectors, which every such machine has.
    case sse2
    /// x86-64 with 256-bit vectors.
    case avx2
    /// x86-64 with 512-bit vectors.
    case avx512

    /// Whether this machine can run it.
    package var isSupported: Bool { proofhash_is_supported(kernel) }

    /// Those of `algorithm` that this machine can run, slowest first.
    package static func supported(for algorithm: ProofAlgorithm) -> [HashingImplementation] {
        algorithm.implementations.filter(\.isSupported)
    }

    /// The fastest for a single SHA-256.
    static let forOneMessage: HashingImplementation = shaExtensions.isSupported ? .shaExtensions : .portable
    static let fastestScrypt = supported(for: .scrypt).last ?? .portable
    static let fastestSHA256d = supported(for: .sha256d).last ?? .portable

    var kernel: proofhash_implementation {
        switch self {
        case .portable: PROOFHASH_PORTABLE
        case .shaExtensions: PROOFHASH_SHA_NI
        case .sse2: PROOFHASH_SSE2
        case .avx2: PROOFHASH_AVX2
        case .avx512: PROOFHASH_AVX512
        }
    }
}

extension ProofAlgorithm {
    /// The implementations that there are, slowest first.
    package var implementations: [HashingImplementation] {
        switch self {
        case .scrypt: [.portable, .sse2, .avx2, .avx512]
        case .sha256d: [.portable, .sse2, .avx2, .shaExtensions, .avx512]
        }
    }

    /// The implementation that is used when none is named.
    package var fastestImplementation: HashingImplementation {
        switch self {
        case .scrypt: .fastestScrypt
        case .sha256d: .fastestSHA256d
        }
    }
}
