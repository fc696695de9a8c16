package import BlockFormat
package import Hashing

/// A partially signed transaction (BIP 174), as people hand it to each other.
package struct PSBT: Hashable, Sendable {
    /// The most of the text: an input brings the whole transaction that it spends, and many coins a few megabytes.
    package static let textByteCountMax = 4 << 20

    /// Base64, as the node's calls have it.
    package let text: String

    /// Reads a file: base64, or the bytes themselves, which begin with `psbt` and 0xff.
    ///
    /// - Returns: `nil` for anything else, and for what is too long; whether it makes sense the node says.
    package init?(file: [UInt8]) {
        guard !file.isEmpty, file.count <= Self.textByteCountMax else { return nil }
        if file.starts(with: Self.magic) {
            guard (file.count + 2) / 3 * 4 <= Self.textByteCountMax else { return nil }
            text = Self.base64(file)
            return
        }
        let text = String(decoding: file.filter { !Self.isSpace($0) }, as: UTF8.self)
        guard text.hasPrefix(Self.textPrefix), text.utf8.allSatisfy(Self.isBase64), text.utf8.count.isMultiple(of: 4)
        else { return nil }
        self.text = text
    }

    /// What it asks to sign, read here and not by a node.
    ///
    /// - Returns: `nil` when it makes no sense, or is written in another manner than this.
    package var transaction: RawTransaction? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var (bits, count) = (UInt32(0), 0)
        for byte in text.utf8 {
            guard let value = Self.values[Int(byte)] else { break }  // the padding at the end
            (bits, count) = (bits << 6 | UInt32(value), count + 6)
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return RawTransaction(psbt: bytes)
    }

    private static let magic: [UInt8] = Array("psbt".utf8) + [0xff]
    /// The magic bytes in base64, as far as they fill whole characters.
    private static let textPrefix = "cHNidP"
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static let values: [UInt8?] = alphabet.enumerated().reduce(into: [UInt8?](repeating: nil, count: 256)) {
        $0[Int($1.element)] = UInt8($1.offset)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: " ")
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "=") || alphabet.contains(byte)
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let bits = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * (3 - UInt32(part.count)))
            for place in 0..<4 {
                let isThere = place <= part.count
                text.append(isThere ? alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// What a PSBT is about, before anybody has signed it.
package struct UnsignedTransaction: Hashable, Sendable {
    /// Of the transaction without signatures: the same for whatever signatures it gets, and for segwit coins the very
    /// name that it will have.
    package let identifier: Hash256
    package let inputs: [CoinReference]
    package let outputs: [TransactionOutput]
    /// How many inputs have all their signatures.
    package let finalInputCount: Int

    package init(
        identifier: Hash256,
        inputs: [CoinReference],
        outputs: [TransactionOutput],
        finalInputCount: Int = 0
    ) {
        self.identifier = identifier
        self.inputs = inputs
        self.outputs = outputs
        self.finalInputCount = finalInputCount
    }
}
