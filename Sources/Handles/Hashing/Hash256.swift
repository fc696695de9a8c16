/// 32 bytes as a hash function gives them: "internal order".
///
/// Explorers print the same bytes the other way round: "display order".
package struct Hash256: Hashable, Sendable {
    package static let byteCount = 32
    package static let zero = Hash256(words: (0, 0, 0, 0))

    /// Bytes 0–7, 8–15, 16–23 and 24–31, each read as a little-endian number.
    package let words: (UInt64, UInt64, UInt64, UInt64)

    package init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// - Returns: `nil` unless there are exactly 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var iterator = bytes.makeIterator()
        func word() -> UInt64 {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 8) { value |= UInt64(iterator.next() ?? 0) << shift }
            return value
        }
        words = (word(), word(), word(), word())
    }

    package var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
    }

    package static func == (left: Hash256, right: Hash256) -> Bool {
        left.words == right.words
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension Hash256: CustomStringConvertible {
    /// Lower-case hex in internal order.
    package var hex: String { Hex.string(bytes) }

    /// Lower-case hex in display order.
    package var displayHex: String { Hex.string(bytes.reversed()) }

    package var description: String { displayHex }

    /// Reads 64 hex digits in internal order.
    package init?(hex: String) {
        guard let bytes = Hex.bytes(hex) else { return nil }
        self.init(bytes)
    }

    /// Reads 64 hex digits in display order.
    package init?(displayHex: String) {
        guard let bytes = Hex.bytes(displayHex) else { return nil }
        self.init(bytes.reversed())
    }
}
