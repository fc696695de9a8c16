package import MiningDomain

extension Difficulty {
    /// The largest there is, in the units that are kept.
    private static let scaledMax = UInt128(UInt64.max)
    /// An exponent beyond this leads past either end, whatever stands before it.
    private static let exponentMax = 1_000

    /// Reads a decimal number as miners write it, such as `16`, `0.5`, `.5` or `1.52587890625e-05`.
    ///
    /// Digits after the ninth decimal are cut off; what is too large becomes the largest difficulty.
    ///
    /// - Returns: `nil` for anything that is no decimal number, for zero, and for what is below a billionth.
    package init?(decimal text: String) {
        let halves = text.utf8.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
        guard let mantissa = halves.first, let exponent = Self.exponent(halves.dropFirst().first) else { return nil }
        var digits: UInt128 = 0
        var places: Int?
        var digitCount = 0
        var cutCount = 0
        for character in mantissa {
            let digit = character &- UInt8(ascii: "0")
            if character == UInt8(ascii: "."), places == nil {
                places = 0
            } else if digit <= 9 {
                digitCount += 1
                // Twice the digits that count: what is cut can change nothing.
                if digits > Self.scaledMax {
                    if places == nil { cutCount += 1 }
                } else {
                    digits = digits * 10 + UInt128(digit)
                    places = places.map { $0 + 1 }
                }
            } else {
                return nil
            }
        }
        guard digitCount > 0 else { return nil }
        self.init(scaled: Self.scaled(digits, power: exponent + cutCount - (places ?? 0) + 9))
    }

    /// - Returns: `digits` × 10^`power`, rounded down, and not above the largest.
    private static func scaled(_ digits: UInt128, power: Int) -> UInt64 {
        var value = digits
        for _ in 0..<max(power, 0) where value > 0 && value <= scaledMax { value *= 10 }
        for _ in 0..<max(-power, 0) where value > 0 { value /= 10 }
        return UInt64(min(value, scaledMax))
    }

    private static func exponent(_ text: Substring.UTF8View?) -> Int? {
        guard let text else { return 0 }
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
        guard !digits.isEmpty else { return nil }
        var value = 0
        for character in digits {
            let digit = character &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = min(value * 10 + Int(digit), exponentMax)
        }
        return isNegative ? -value : value
    }
}
