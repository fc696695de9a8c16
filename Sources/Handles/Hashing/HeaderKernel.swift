internal import CProofHash

/// Rebuilds and hashes the headers of one job's shares, many at once.
///
/// What all of them have in common is worked out once: the coinbase's blocks before the extranonces, and its padding.
package struct HeaderKernel: Sendable {
    /// Bytes of extranonce1 and extranonce2 together, which stand between the coinbase's halves.
    package static let extranonceByteCount = 8

    private let midstate: SHA256Midstate
    /// The rest of the coinbase, padded to whole blocks, with zeros for the extranonces.
    private let end: [UInt8]
    private let extranonceOffset: Int
    private let branch: [UInt8]
    private let previousHash: Hash256
    private let bits: UInt32

    /// - Parameters:
    ///   - previousHash: Of the block that the headers stand on.
    ///   - bits: The compact network target.
    ///   - coinbase1: The coinbase without witness, up to the extranonces.
    ///   - coinbase2: And after them.
    ///   - merkleBranch: From the coinbase upwards.
    package init(
        previousHash: Hash256,
        bits: UInt32,
        coinbase1: [UInt8],
        coinbase2: [UInt8],
        merkleBranch: [Hash256]
    ) {
        let absorbedCount = coinbase1.count - coinbase1.count % SHA256Midstate.blockByteCount
        midstate = SHA256Midstate(absorbing: Array(coinbase1.prefix(absorbedCount)))
        extranonceOffset = coinbase1.count - absorbedCount
        let rest =
            coinbase1.dropFirst(absorbedCount) + [UInt8](repeating: 0, count: Self.extranonceByteCount) + coinbase2
        end = Self.padded(Array(rest), of: absorbedCount + rest.count)
        branch = Hash256.packed(merkleBranch)
        self.previousHash = previousHash
        self.bits = bits
    }

    /// The header of each share, and SHA-256 twice of it.
    package func headers(_ columns: HeaderColumns) -> HashedHeaders {
        headers(columns, PROOFHASH_FASTEST)
    }

    /// The same by one implementation, for tests and benchmarks.
    ///
    /// - Precondition: `implementation` is supported.
    package func headers(_ columns: HeaderColumns, using implementation: HashingImplementation) -> HashedHeaders {
        precondition(implementation.isSupported)
        return headers(columns, implementation.kernel)
    }

    private func headers(_ columns: HeaderColumns, _ implementation: proofhash_implementation) -> HashedHeaders {
        let count = columns.count
        var recipe = proofhash_recipe()
        recipe.midstate = midstate.words
        recipe.end_blocks = end.count / SHA256Midstate.blockByteCount
        recipe.extranonce_offset = extranonceOffset
        recipe.branch_count = branch.count / Hash256.byteCount
        unsafe withUnsafeMutableBytes(of: &recipe.previous_hash) { unsafe $0.copyBytes(from: previousHash.bytes) }
        recipe.bits = bits
        var hashes: [UInt8] = []
        let headers = unsafe [UInt8](unsafeUninitializedCapacity: count * ProofAlgorithm.headerByteCount) {
            headers,
            filled in
            hashes = unsafe [UInt8](unsafeUninitializedCapacity: count * Hash256.byteCount) { hashes, filled in
                unsafe proofhash_headers(
                    implementation,
                    &recipe,
                    end,
                    branch,
                    columns.extranonce1s,
                    columns.extranonce2s,
                    columns.versions,
                    columns.times,
                    columns.nonces,
                    count,
                    headers.baseAddress,
                    hashes.baseAddress
                )
                filled = count * Hash256.byteCount
            }
            filled = count * ProofAlgorithm.headerByteCount
        }
        return HashedHeaders(headers: headers, hashes: Hash256.unpacked(hashes) ?? [])
    }

    /// FIPS 180-4, section 5.1.1.
    private static func padded(_ rest: [UInt8], of messageByteCount: Int) -> [UInt8] {
        let block = SHA256Midstate.blockByteCount
        var bytes = rest + [0x80]
        bytes += [UInt8](repeating: 0, count: (block - (bytes.count + 8) % block) % block)
        let bits = UInt64(messageByteCount) * 8
        return bytes + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
    }
}
