package import Hashing

/// Makes the header that a miner hashed out of a job and the few numbers that the miner chose.
package struct HeaderRecipe: Sendable {
    private let start: [UInt8]  // version and previous hash
    private let bits: [UInt8]
    private let coinbase1: [UInt8]
    private let coinbase2: [UInt8]
    private let merkleBranch: [Hash256]
    /// The whole SHA-256 blocks at the beginning of the coinbase, which no extranonce changes.
    private let midstate: SHA256Midstate
    /// From there on to the extranonce.
    private let remainder: [UInt8]
    /// Makes many headers at once; their versions are given with them.
    package let kernel: HeaderKernel

    package init(
        version: UInt32,
        previousHash: Hash256,
        bits: UInt32,
        coinbase1: [UInt8],
        coinbase2: [UInt8],
        merkleBranch: [Hash256]
    ) {
        start = version.littleEndianBytes + previousHash.bytes
        self.bits = bits.littleEndianBytes
        self.coinbase1 = coinbase1
        self.coinbase2 = coinbase2
        self.merkleBranch = merkleBranch
        let absorbedByteCount = coinbase1.count - coinbase1.count % SHA256Midstate.blockByteCount
        midstate = SHA256Midstate(absorbing: Array(coinbase1.prefix(absorbedByteCount)))
        remainder = Array(coinbase1.dropFirst(absorbedByteCount))
        kernel = HeaderKernel(
            previousHash: previousHash,
            bits: bits,
            coinbase1: coinbase1,
            coinbase2: coinbase2,
            merkleBranch: merkleBranch
        )
    }

    /// The 80 bytes of the header.
    package func header(extranonce1: UInt32, extranonce2: UInt32, time: UInt32, nonce: UInt32) -> [UInt8] {
        header(
            merkleRoot: merkleRoot(extranonce1: extranonce1, extranonce2: extranonce2),
            time: time,
            nonce: nonce
        )
    }

    /// The same from a root that is known already: most proofs of one bin share it.
    package func header(merkleRoot: Hash256, time: UInt32, nonce: UInt32) -> [UInt8] {
        header(start: start, merkleRoot: merkleRoot, time: time, nonce: nonce)
    }

    /// The same with another version than the job's: its whole 32 bits.
    package func header(version: UInt32, merkleRoot: Hash256, time: UInt32, nonce: UInt32) -> [UInt8] {
        let start = version.littleEndianBytes + start.dropFirst(MemoryLayout<UInt32>.size)
        return header(start: start, merkleRoot: merkleRoot, time: time, nonce: nonce)
    }

    private func header(start: [UInt8], merkleRoot: Hash256, time: UInt32, nonce: UInt32) -> [UInt8] {
        var header = start
        header.reserveCapacity(BlockHeader.byteCount)
        header.append(merkleRoot)
        header.append(littleEndian: time)
        header.append(contentsOf: bits)
        header.append(littleEndian: nonce)
        return header
    }

    package func merkleRoot(extranonce1: UInt32, extranonce2: UInt32) -> Hash256 {
        let rest = coinbase(after: remainder, extranonce1: extranonce1, extranonce2: extranonce2)
        return MerkleBranch.root(midstate.sha256d(finishing: rest), merkleBranch)
    }

    /// The same for extranonces of any size, as they stand in the coinbase one after the other.
    package func merkleRoot(extranonces: [UInt8]) -> Hash256 {
        MerkleBranch.root(midstate.sha256d(finishing: remainder + extranonces + coinbase2), merkleBranch)
    }

    /// The whole coinbase without witness.
    package func coinbase(extranonce1: UInt32, extranonce2: UInt32) -> [UInt8] {
        coinbase(after: coinbase1, extranonce1: extranonce1, extranonce2: extranonce2)
    }

    private func coinbase(after beginning: [UInt8], extranonce1: UInt32, extranonce2: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(beginning.count + 8 + coinbase2.count)
        bytes.append(contentsOf: beginning)
        bytes.append(bigEndian: extranonce1)
        bytes.append(bigEndian: extranonce2)
        bytes.append(contentsOf: coinbase2)
        return bytes
    }
}

extension [UInt8] {
    mutating func append(littleEndian value: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func append(bigEndian value: UInt32) {
        append(littleEndian: value.byteSwapped)
    }

    mutating func append(_ hash: Hash256) {
        for word in [hash.words.0, hash.words.1, hash.words.2, hash.words.3] {
            append(littleEndian: UInt32(truncatingIfNeeded: word))
            append(littleEndian: UInt32(truncatingIfNeeded: word >> 32))
        }
    }
}
