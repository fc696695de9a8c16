import Hashing

/// Bitcoin's base58 with a four-byte checksum: numbers without the letters that look alike.
enum Base58 {
    /// No address is longer; decoding takes time that grows with the square of the length.
    static let characterCountMax = 64
    private static let checksumByteCount = 4
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    enum Failure: Error {
        case notBase58
        case badChecksum
    }

    /// The bytes before the checksum.
    static func decodeChecked(_ text: String) throws(Failure) -> [UInt8] {
        guard (1...characterCountMax).contains(text.utf8.count) else { throw .notBase58 }
        var number: [UInt8] = []  // little-endian
        for character in text.utf8 {
            guard let digit = alphabet.firstIndex(of: character) else { throw .notBase58 }
            var carry = digit
            for index in number.indices {
                carry += Int(number[index]) * 58
                number[index] = UInt8(carry & 0xff)
                carry >>= 8
            }
            while carry > 0 {
                number.append(UInt8(carry & 0xff))
                carry >>= 8
            }
        }
        let zeros = text.utf8.prefix { $0 == alphabet[0] }.count
        let bytes = [UInt8](repeating: 0, count: zeros) + number.reversed()
        guard bytes.count > checksumByteCount else { throw .badChecksum }
        let payload = Array(bytes.dropLast(checksumByteCount))
        guard checksum(payload).elementsEqual(bytes.suffix(checksumByteCount)) else { throw .badChecksum }
        return payload
    }

    static func encodeChecked(_ payload: [UInt8]) -> String {
        let bytes = payload + checksum(payload)
        var digits: [UInt8] = []  // little-endian
        for byte in bytes {
            var carry = Int(byte)
            for index in digits.indices {
                carry += Int(digits[index]) << 8
                digits[index] = UInt8(carry % 58)
                carry /= 58
            }
            while carry > 0 {
                digits.append(UInt8(carry % 58))
                carry /= 58
            }
        }
        let zeros = bytes.prefix { $0 == 0 }.count
        let text = [UInt8](repeating: alphabet[0], count: zeros) + digits.reversed().map { alphabet[Int($0)] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func checksum(_ payload: [UInt8]) -> ArraySlice<UInt8> {
        Hash256.sha256d(of: payload).bytes.prefix(checksumByteCount)
    }
}
