extension Hash256 {
    /// SHA-256 of `message`.
    package static func sha256(of message: [UInt8]) -> Hash256 {
        SHA256Midstate.empty.sha256(finishing: message)
    }

    /// SHA-256 of `message`.
    package static func sha256(of message: Span<UInt8>) -> Hash256 {
        SHA256Midstate.empty.sha256(finishing: message)
    }

    /// SHA-256 of SHA-256 of `message`: block and transaction identifiers of the Bitcoin family.
    package static func sha256d(of message: [UInt8]) -> Hash256 {
        SHA256Midstate.empty.sha256d(finishing: message)
    }

    /// SHA-256 of SHA-256 of `message`.
    package static func sha256d(of message: Span<UInt8>) -> Hash256 {
        SHA256Midstate.empty.sha256d(finishing: message)
    }

    /// SHA-256 of SHA-256 of two hashes side by side: a node of a merkle tree, with no memory allocated.
    package static func sha256d(joining left: Hash256, _ right: Hash256) -> Hash256 {
        let pair: InlineArray<8, UInt64> = [
            left.words.0.littleEndian, left.words.1.littleEndian, left.words.2.littleEndian, left.words.3.littleEndian,
            right.words.0.littleEndian, right.words.1.littleEndian, right.words.2.littleEndian,
            right.words.3.littleEndian,
        ]
        return unsafe SHA256Midstate.empty.sha256d(finishing: pair.span.bytes)
    }
}
