import JSON
import MiningDomain

/// A target as people read it: how many times harder than difficulty 1, as a decimal number.
enum NetworkDifficulty {
    /// Digits after the point.
    private static let decimals = 12

    /// Exact but for rounding down; long division, because a difficulty is from below a billionth to above a
    /// trillion.
    static func number(target: Target, differenceOne: Target) -> JSONNumber {
        // Room for the factor of ten; what is lost is less than one part in 2^100 of any real target.
        let divisor = target.value >> 8
        guard divisor != .zero else { return JSONNumber(0) }
        var (whole, rest) = (differenceOne.value >> 8).quotientAndRemainder(dividingBy: divisor)
        var digits = ""
        for _ in 0..<decimals {
            let digit: UInt256
            (digit, rest) = rest.multipliedReportingOverflow(by: 10).partialValue.quotientAndRemainder(
                dividingBy: divisor
            )
            digits += Self.text(digit)
        }
        while digits.last == "0" { digits.removeLast() }
        let text = Self.text(whole) + (digits.isEmpty ? "" : ".\(digits)")
        return JSONNumber(text) ?? JSONNumber(0)
    }

    private static func text(_ value: UInt256) -> String {
        var rest = value
        var digits: [Character] = []
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: UInt256(10))
            digits.append(Character(String(digit.bigEndianBytes[31])))
            rest = quotient
        } while rest != .zero
        return String(digits.reversed())
    }
}
