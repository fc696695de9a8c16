/// Big-endian hex digits of either case as a number, read in place.
enum HexNumber {
    /// - Parameter digits: At most 16.
    /// - Returns: `nil` for none and for anything that is no hex digit.
    static func value(of digits: Span<UInt8>) -> UInt64? {
        guard (1...16).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for index in digits.indices {
            guard let digit = digit(digits[index]) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// - Returns: `nil` unless there are exactly 8 digits.
    static func uint32(_ digits: Span<UInt8>) -> UInt32? {
        guard digits.count == 8, let value = value(of: digits) else { return nil }
        return UInt32(value)
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        case _: nil
        }
    }
}
