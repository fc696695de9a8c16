/// A number with the exact digits it was written in: no binary fraction comes between a text and money.
package struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
    /// As written, a number by the grammar of RFC 8259.
    package let description: String

    init(unchecked text: String) {
        description = text
    }

    package init(_ value: some BinaryInteger) {
        description = String(value)
    }

    /// - Returns: `nil` unless `text` is a number by the grammar of RFC 8259.
    package init?(_ text: String) {
        guard let value = try? JSON(parsing: Array(text.utf8)), case .number(let number) = value,
            number.description == text
        else { return nil }
        self = number
    }

    /// `nil` unless it was written as a whole number without fraction or exponent, and fits.
    package var uint64: UInt64? { UInt64(description) }

    /// `nil` unless it was written as a whole number without fraction or exponent, and fits.
    package var int64: Int64? { Int64(description) }

    /// `nil` unless it was written as a whole number without fraction or exponent, and fits.
    package var uint32: UInt32? { UInt32(description) }

    /// The nearest binary fraction: for display and measurements, never for money; `nil` past the largest.
    package var double: Double? {
        guard let value = Double(description), value.isFinite else { return nil }
        return value
    }

    /// This number times 10^`places`, exactly.
    ///
    /// - Returns: `nil` when that is negative, not whole or past 2^64 - 1.
    package func decimalUnits(places: Int) -> UInt64? {
        let parts = Decimal(description)
        guard !parts.isNegative else { return parts.digits.isEmpty ? 0 : nil }
        guard !parts.digits.isEmpty else { return 0 }
        guard let exponent = parts.exponent else { return nil }
        let zeros = exponent + places
        guard (0...UInt64.digitCountMax).contains(zeros) else { return nil }
        return UInt64(parts.digits + String(repeating: "0", count: zeros))
    }
}

extension UInt64 {
    /// Of 18,446,744,073,709,551,615.
    fileprivate static let digitCountMax = 20
}

/// A number as significant digits and a power of ten.
private struct Decimal {
    let isNegative: Bool
    /// Without zeros at either end; empty for zero.
    let digits: String
    /// `nil` when it is past what any amount can have.
    let exponent: Int?

    init(_ text: String) {
        isNegative = text.hasPrefix("-")
        let halves = text.drop { $0 == "-" }.split(maxSplits: 1) { $0 == "e" || $0 == "E" }
        let mantissa = halves[0].split(separator: ".", maxSplits: 1)
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        let all = mantissa[0] + fraction
        let significant = all.reversed().drop { $0 == "0" }.reversed().drop { $0 == "0" }
        digits = String(significant)
        let trailingZeros = all.reversed().prefix { $0 == "0" }.count
        let written = halves.count > 1 ? Self.exponent(halves[1]) : 0
        exponent = written.map { $0 - fraction.count + trailingZeros }
    }

    /// Seven digits are more than any amount needs, and cannot overflow.
    private static func exponent(_ text: Substring) -> Int? {
        let digits = text.drop { $0 == "+" || $0 == "-" }.drop { $0 == "0" }
        guard digits.utf8.count <= 7 else { return nil }
        let magnitude = Int(digits) ?? 0
        return text.hasPrefix("-") ? -magnitude : magnitude
    }
}
