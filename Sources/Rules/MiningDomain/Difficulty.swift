/// How hard work is, on a scale whose 1 is the network family's easiest target, with nine decimals.
package struct Difficulty: Hashable, Comparable, Sendable {
    /// One, in the units that are kept.
    package static let scale: UInt64 = 1_000_000_000

    package static let one = Difficulty(nonZero: scale)

    /// The difficulty times `scale`.
    package let scaled: UInt64

    /// - Returns: `nil` for zero: a share that cost nothing is not a share.
    package init?(scaled: UInt64) {
        guard scaled > 0 else { return nil }
        self.init(nonZero: scaled)
    }

    init(nonZero scaled: UInt64) {
        self.scaled = scaled
    }

    /// Reads a decimal number such as `16`, `0.5` or `0.000015259`.
    ///
    /// - Returns: `nil` for anything else, for zero, and for more than nine decimals or ten whole digits.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...10).contains(whole.utf8.count), whole.utf8.allSatisfy(Self.isDigit),
            let units = UInt64(whole)
        else { return nil }
        var fraction: UInt64 = 0
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy(Self.isDigit),
                let value = UInt64(digits + String(repeating: "0", count: 9 - digits.utf8.count))
            else { return nil }
            fraction = value
        }
        self.init(scaled: units * Self.scale + fraction)
    }

    package static func < (left: Difficulty, right: Difficulty) -> Bool {
        left.scaled < right.scaled
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
    }
}

extension Difficulty: CustomStringConvertible {
    /// Whole numbers without a point, others without trailing zeros.
    package var description: String {
        let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: Self.scale)
        guard fraction > 0 else { return String(whole) }
        var digits = String(Self.scale + fraction).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
