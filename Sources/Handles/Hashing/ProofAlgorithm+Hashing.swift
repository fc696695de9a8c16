internal import CProofHash

extension ProofAlgorithm {
    package static let headerByteCount = 80

    /// The proof hash of one block header.
    ///
    /// - Precondition: `header` has 80 bytes.
    package func hash(header: [UInt8]) -> Hash256 {
        precondition(header.count == Self.headerByteCount, "a header has 80 bytes")
        switch self {
        case .sha256d: return .sha256d(of: header)
        case .scrypt:
            // Filling one lane of many takes longer than plain C takes for one header (measured).
            return Self.scrypt(header, using: .portable)[0]
        }
    }

    /// The proof hashes of several headers, in their order: for scrypt much faster than one after the other.
    ///
    /// - Precondition: each of `headers` has 80 bytes.
    package func hashes(headers: [[UInt8]]) -> [Hash256] {
        hashes(headers: headers, using: fastestImplementation)
    }

    /// The same by one implementation, for tests and benchmarks.
    ///
    /// - Precondition: `implementation` is one of this algorithm's, and is supported.
    package func hashes(headers: [[UInt8]], using implementation: HashingImplementation) -> [Hash256] {
        precondition(implementations.contains(implementation) && implementation.isSupported)
        precondition(headers.allSatisfy { $0.count == Self.headerByteCount }, "a header has 80 bytes")
        switch self {
        case .sha256d:
            // Vectors serve the nonce search; whole messages go one by one.
            let single: HashingImplementation = implementation == .portable ? .portable : .forOneMessage
            let start = SHA256Midstate(absorbing: [], implementation: single)
            return headers.map { start.sha256d(finishing: $0) }
        case .scrypt:
            return Self.scrypt(Array(headers.joined()), using: implementation)
        }
    }

    private static func scrypt(_ headers: [UInt8], using implementation: HashingImplementation) -> [Hash256] {
        let count = headers.count / headerByteCount
        var done = false
        let hashes = unsafe [UInt8](unsafeUninitializedCapacity: count * Hash256.byteCount) { buffer, filled in
            done = unsafe proofhash_scrypt(implementation.kernel, headers, count, buffer.baseAddress)
            filled = done ? buffer.count : 0
        }
        precondition(done, "no memory for scrypt's scratch area")
        return (0..<count).compactMap { Hash256(hashes[($0 * Hash256.byteCount)..<(($0 + 1) * Hash256.byteCount)]) }
    }
}
