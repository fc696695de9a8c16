/// Bytes as hexadecimal text.
package enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two lower-case digits a byte.
    package static func string(_ bytes: some Collection<UInt8>) -> String {
        let digits = digits
        return unsafe String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            var place = 0
            for byte in bytes {
                unsafe text[place] = digits[Int(byte >> 4)]
                unsafe text[place + 1] = digits[Int(byte & 15)]
                place += 2
            }
            return place
        }
    }

    /// - Returns: `nil` for an odd number of digits, or anything that is no hex digit; either case is read.
    package static func bytes(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { unsafe bytes($0) }
    }

    /// A block's transactions come this way, megabytes of them: nothing here depends on what a character is, so that the
    /// processor reads many at once.
    private static func bytes(_ characters: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard characters.count.isMultiple(of: 2) else { return nil }
        let count = characters.count / 2
        var all: UInt8 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
            for place in 0..<count {
                let high = unsafe value(of: characters[2 &* place])
                let low = unsafe value(of: characters[2 &* place &+ 1])
                all |= high | low
                unsafe bytes[place] = high << 4 | low
            }
            filled = count
        }
        return all == notADigit ? nil : bytes
    }

    private static let notADigit: UInt8 = 0xff

    @inline(__always) private static func value(of character: UInt8) -> UInt8 {
        let digit = character &- UInt8(ascii: "0")
        let letter = (character | 0x20) &- UInt8(ascii: "a")
        return digit < 10 ? digit : letter < 6 ? letter &+ 10 : notADigit
    }
}
