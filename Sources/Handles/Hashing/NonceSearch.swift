internal import CProofHash

/// The miner's kernel: tries nonces in one header against one target.
///
/// It does one slice at a call, so that the caller can stop between slices.
package struct NonceSearch: Sendable {
    /// A nonce whose header's proof hash meets the target.
    package struct Hit: Hashable, Sendable {
        package let nonce: UInt32
        package let hash: Hash256

        package init(nonce: UInt32, hash: Hash256) {
            self.nonce = nonce
            self.hash = hash
        }
    }

    package struct Slice: Hashable, Sendable {
        /// In rising order of nonce.
        package let hits: [Hit]
        /// How many nonces were tried, from the first: fewer than asked for only when `hitCountMax` was reached.
        package let searchedCount: UInt64

        package init(hits: [Hit], searchedCount: UInt64) {
            self.hits = hits
            self.searchedCount = searchedCount
        }
    }

    /// Room for hits in one slice: where every second hash is a hit, more would be a burden to send.
    package static let hitCountMax = 256

    private let algorithm: ProofAlgorithm
    private let implementation: HashingImplementation
    private let header: [UInt8]
    private let target: [UInt8]

    /// - Parameters:
    ///   - algorithm: The chain's proof hash.
    ///   - header: 80 bytes; the last four, the nonce, do not matter.
    ///   - target: 32 bytes, a big-endian number: `Target.bigEndianBytes`.
    package init(_ algorithm: ProofAlgorithm, header: [UInt8], target: [UInt8]) {
        self.init(algorithm, header: header, target: target, using: algorithm.fastestImplementation)
    }

    /// The same by one implementation, for tests and benchmarks.
    ///
    /// - Precondition: `implementation` is one of the algorithm's, and is supported.
    package init(
        _ algorithm: ProofAlgorithm,
        header: [UInt8],
        target: [UInt8],
        using implementation: HashingImplementation
    ) {
        precondition(header.count == ProofAlgorithm.headerByteCount, "a header has 80 bytes")
        precondition(target.count == Hash256.byteCount, "a target has 32 bytes")
        precondition(algorithm.implementations.contains(implementation) && implementation.isSupported)
        self.algorithm = algorithm
        self.implementation = implementation
        self.header = header
        self.target = target
    }

    /// Tries `count` nonces from `first` on.
    ///
    /// - Precondition: `first + count` is at most 2^32.
    package func slice(from first: UInt32, count: UInt64) -> Slice {
        precondition(count <= 1 << 32 - UInt64(first), "a nonce has 32 bits")
        let capacity = Int(min(count, UInt64(Self.hitCountMax)))
        var result = proofhash_slice()
        let hits = unsafe [proofhash_hit](unsafeUninitializedCapacity: max(1, capacity)) { buffer, filled in
            result = unsafe search(first, count, buffer.baseAddress, max(1, capacity))
            filled = result.hit_count
        }
        precondition(count == 0 || result.searched > 0, "no memory for scrypt's scratch area")
        return Slice(hits: hits.compactMap(Hit.init), searchedCount: result.searched)
    }

    private func search(
        _ first: UInt32,
        _ count: UInt64,
        _ hits: UnsafeMutablePointer<proofhash_hit>?,
        _ capacity: Int
    ) -> proofhash_slice {
        switch algorithm {
        case .sha256d:
            unsafe proofhash_search_sha256d(implementation.kernel, header, first, count, target, hits, capacity)
        case .scrypt:
            unsafe proofhash_search_scrypt(implementation.kernel, header, first, count, target, hits, capacity)
        }
    }
}

extension NonceSearch.Hit {
    fileprivate init?(_ hit: proofhash_hit) {
        guard let hash = unsafe withUnsafeBytes(of: hit.hash, { unsafe Hash256($0) }) else { return nil }
        self.init(nonce: hit.nonce, hash: hash)
    }
}
