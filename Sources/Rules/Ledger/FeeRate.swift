package import MiningDomain

/// The part of each reward that the pool keeps, exact to a ten-thousandth of a percent.
package struct FeeRate: Hashable, Sendable {
    private static let millionthsMax: UInt64 = 1_000_000

    package let millionths: UInt64

    /// - Returns: `nil` for more than the whole.
    package init?(millionths: UInt64) {
        guard millionths <= Self.millionthsMax else { return nil }
        self.millionths = millionths
    }

    /// Reads a percentage such as `1`, `0.5` or `2.0025`.
    ///
    /// - Returns: `nil` for more than 100, more than four decimals, and anything but digits and one point.
    package init?(percent text: String) {
        guard let millionths = decimalUnits(text, places: 4) else { return nil }
        self.init(millionths: millionths)
    }

    /// The fee on `reward`, rounded down: the odd unit is the miners'.
    package func fee(on reward: Amount) -> Amount {
        reward.share(millionths, of: Self.millionthsMax)
    }
}

/// Reads a decimal number as a whole count of its last place's units.
///
/// - Returns: `nil` for anything but digits with at most one point and `places` decimals, and for what does not fit.
func decimalUnits(_ text: String, places: Int) -> UInt64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : "0"
    guard let whole = parts.first, !whole.isEmpty, (1...places).contains(fraction.utf8.count) else { return nil }
    let digits = whole + fraction + String(repeating: "0", count: places - fraction.utf8.count)
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return UInt64(digits)
}
