package import BlockFormat
internal import Cryptography
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
        let isBinary = file.starts(with: Self.magic)
        let text = isBinary ? Base64.text(file) : String(decoding: file.filter { !Self.isSpace($0) }, as: UTF8.self)
        guard text.utf8.count <= Self.textByteCountMax, Base64.bytes(text)?.starts(with: Self.magic) == true else {
            return nil
        }
        self.text = text
    }

    /// What it asks to sign, read here and not by a node.
    ///
    /// - Returns: `nil` when it makes no sense, or is written in another manner than this.
    package var transaction: RawTransaction? {
        Base64.bytes(text).flatMap { RawTransaction(psbt: $0) }
    }

    private static let magic: [UInt8] = Array("psbt".utf8) + [0xff]

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: " ")
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
