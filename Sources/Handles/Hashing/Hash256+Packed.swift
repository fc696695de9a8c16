extension Hash256 {
    /// The bytes of all hashes, one after the other.
    package static func packed(_ hashes: [Hash256]) -> [UInt8] {
        guard isLittleEndian else { return hashes.flatMap(\.bytes) }
        return unsafe hashes.withUnsafeBytes { unsafe Array($0) }
    }

    /// Reads hashes that stand one after the other.
    ///
    /// - Returns: `nil` unless there are 32 bytes for each.
    package static func unpacked(_ bytes: [UInt8]) -> [Hash256]? {
        guard bytes.count.isMultiple(of: byteCount) else { return nil }
        return unsafe bytes.withUnsafeBytes { bytes in
            func word(_ number: Int) -> UInt64 {
                let offset = number * MemoryLayout<UInt64>.size
                return UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
            return (0..<(bytes.count / byteCount)).map { index in
                Hash256(words: (word(4 * index), word(4 * index + 1), word(4 * index + 2), word(4 * index + 3)))
            }
        }
    }

    /// Whether the words lie in memory as the bytes that they were read from.
    private static var isLittleEndian: Bool { UInt64(1).littleEndian == 1 }
}
