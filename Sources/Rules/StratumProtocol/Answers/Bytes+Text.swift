internal import MiningDomain

/// Numbers as text at the end of a buffer, without a string in between.
extension [UInt8] {
    mutating func append(decimal value: UInt64) {
        guard value >= 10 else { return append(UInt8(ascii: "0") + UInt8(value)) }
        var power: UInt64 = 1
        while value / power >= 10 { power *= 10 }
        while power > 0 {
            append(UInt8(ascii: "0") + UInt8(value / power % 10))
            power /= 10
        }
    }

    /// Lower-case digits, as many as the number has room for, the highest first.
    mutating func append(hex value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: value.bitWidth - 4, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> shift) & 15
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    mutating func append(quotedHex value: UInt32) {
        append(UInt8(ascii: "\""))
        append(hex: value)
        append(UInt8(ascii: "\""))
    }

    mutating func append(_ difficulty: Difficulty) {
        let (whole, fraction) = difficulty.scaled.quotientAndRemainder(dividingBy: Difficulty.scale)
        append(decimal: whole)
        guard fraction > 0 else { return }
        append(UInt8(ascii: "."))
        var rest = fraction
        var power = Difficulty.scale / 10
        while rest > 0 {
            append(UInt8(ascii: "0") + UInt8(rest / power))
            rest %= power
            power /= 10
        }
    }
}
