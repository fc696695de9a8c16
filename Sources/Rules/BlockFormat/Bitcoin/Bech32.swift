/// The text form of witness programs: bech32 (BIP 173) and bech32m (BIP 350).
enum Bech32 {
    /// As BIP 173 sets it, so that the checksum finds any four errors.
    static let characterCountMax = 90
    private static let checksumDigitCount = 6
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    enum Variant: UInt32, CaseIterable {
        case bech32 = 1
        case bech32m = 0x2bc8_30a3
    }

    enum Failure: Error {
        case notBech32
        case mixedCase
        case badChecksum
    }

    /// What a text says: its name in lower case, and digits of five bits.
    struct Content {
        let name: String
        let digits: [UInt8]
        let variant: Variant
    }

    static func decode(_ text: String) throws(Failure) -> Content {
        guard text.utf8.count <= characterCountMax, text.utf8.allSatisfy({ (33...126).contains($0) }),
            let separator = text.lastIndex(of: "1"), separator > text.startIndex
        else { throw .notBech32 }
        let lower = text.lowercased()
        guard text == lower || text == text.uppercased() else { throw .mixedCase }
        let name = lower[..<separator]
        var digits: [UInt8] = []
        for character in lower[separator...].utf8.dropFirst() {
            guard let digit = alphabet.firstIndex(of: character) else { throw .notBech32 }
            digits.append(UInt8(digit))
        }
        guard digits.count >= checksumDigitCount else { throw .notBech32 }
        guard let variant = Variant(rawValue: polymod(expanded(name) + digits)) else { throw .badChecksum }
        return Content(name: String(name), digits: digits.dropLast(checksumDigitCount), variant: variant)
    }

    static func encode(_ content: Content) -> String {
        let padding = [UInt8](repeating: 0, count: checksumDigitCount)
        let remainder = polymod(expanded(content.name[...]) + content.digits + padding) ^ content.variant.rawValue
        let checksum = (0..<checksumDigitCount).map { UInt8(remainder >> (5 * (checksumDigitCount - 1 - $0)) & 31) }
        let characters = (content.digits + checksum).map { alphabet[Int($0)] }
        return content.name + "1" + String(decoding: characters, as: UTF8.self)
    }

    /// Digits of five bits as bytes; `nil` when what is left over is not fewer than five zero bits.
    static func bytes(_ digits: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var pending: UInt16 = 0
        var bitCount = 0
        for digit in digits {
            pending = pending << 5 | UInt16(digit)
            bitCount += 5
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> bitCount))
            pending &= 1 << bitCount - 1
        }
        return bitCount < 5 && pending == 0 ? bytes : nil
    }

    /// Bytes as digits of five bits, the last filled up with zeros.
    static func digits(_ bytes: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        var pending: UInt16 = 0
        var bitCount = 0
        for byte in bytes {
            pending = pending << 8 | UInt16(byte)
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                digits.append(UInt8(pending >> bitCount & 31))
            }
            pending &= 1 << bitCount - 1
        }
        if bitCount > 0 { digits.append(UInt8(pending << (5 - bitCount) & 31)) }
        return digits
    }

    private static func expanded(_ name: Substring) -> [UInt8] {
        name.utf8.map { $0 >> 5 } + [0] + name.utf8.map { $0 & 31 }
    }

    private static func polymod(_ digits: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        var checksum: UInt32 = 1
        for digit in digits {
            let top = checksum >> 25
            checksum = (checksum & 0x1ff_ffff) << 5 ^ UInt32(digit)
            for (bit, term) in generator.enumerated() where top >> bit & 1 == 1 { checksum ^= term }
        }
        return checksum
    }
}
