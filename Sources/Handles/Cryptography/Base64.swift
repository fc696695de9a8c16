internal import CCrypto

/// Base64 with padding (RFC 4648, section 4), by libcrypto.
package enum Base64 {
    /// The most that libcrypto counts: a gigabyte.
    private static let byteCountMax = 1 << 30

    package static func text(_ bytes: [UInt8]) -> String {
        precondition(bytes.count <= byteCountMax)
        // Behind the text libcrypto writes a zero byte.
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = unsafe EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }

    /// - Returns: `nil` unless `text` is exactly what `text(_:)` gives for some bytes.
    package static func bytes(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 4), characters.count <= byteCountMax else { return nil }
        var bytes = [UInt8](repeating: 0, count: characters.count / 4 * 3)
        let count = Int(unsafe EVP_DecodeBlock(&bytes, characters, Int32(characters.count)))
        // libcrypto gives a zero byte for each sign of padding, wherever it stands, and passes over spaces at the ends:
        // what is not the text of its own bytes is refused.
        let padding = characters.suffix(2).count { $0 == UInt8(ascii: "=") }
        guard count >= padding else { return nil }
        bytes.removeLast(bytes.count - count + padding)
        return Self.text(bytes) == text ? bytes : nil
    }
}
