package import Hashing

/// The 80 bytes that are hashed.
package struct BlockHeader: Hashable, Sendable {
    package static let byteCount = 80

    package var version: UInt32
    package var previousHash: Hash256
    package var merkleRoot: Hash256
    /// Seconds since 1970.
    package var time: UInt32
    /// The network target in compact form.
    package var bits: UInt32
    package var nonce: UInt32

    package init(
        version: UInt32,
        previousHash: Hash256,
        merkleRoot: Hash256,
        time: UInt32,
        bits: UInt32,
        nonce: UInt32
    ) {
        self.version = version
        self.previousHash = previousHash
        self.merkleRoot = merkleRoot
        self.time = time
        self.bits = bits
        self.nonce = nonce
    }

    /// - Returns: `nil` unless there are exactly 80 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let bytes = Array(bytes)
        guard let previousHash = Hash256(bytes[4..<36]), let merkleRoot = Hash256(bytes[36..<68]) else { return nil }
        self.init(
            version: UInt32(littleEndian: bytes[0..<4]),
            previousHash: previousHash,
            merkleRoot: merkleRoot,
            time: UInt32(littleEndian: bytes[68..<72]),
            bits: UInt32(littleEndian: bytes[72..<76]),
            nonce: UInt32(littleEndian: bytes[76..<80])
        )
    }

    package var bytes: [UInt8] {
        version.littleEndianBytes + previousHash.bytes + merkleRoot.bytes + time.littleEndianBytes
            + bits.littleEndianBytes + nonce.littleEndianBytes
    }

    /// The block's name: sha256d of the header, on every chain of this family.
    package var identifier: Hash256 { Hash256.sha256d(of: bytes) }
}
