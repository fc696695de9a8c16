/// A number as people write it, exact, with a fixed number of decimals: no floating point on the way.
struct DecimalText: CustomStringConvertible {
    /// The number times ten to the power of `places`.
    let units: UInt64
    let places: Int

    init(units: UInt64, places: Int) {
        self.units = units
        self.places = places
    }

    /// - Returns: `nil` for signs, exponents, spaces, more decimals than `places`, and what does not fit 64 bits.
    init?(_ text: String, places: Int) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        let digits = parts[0] + fraction
        guard !parts[0].isEmpty, parts.count == 1 || !fraction.isEmpty, fraction.utf8.count <= places,
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let units = UInt64(digits + String(repeating: "0", count: places - fraction.utf8.count))
        else { return nil }
        self.init(units: units, places: places)
    }

    var description: String {
        guard places > 0 else { return String(units) }
        let digits = String(units)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        var fraction = padded.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? String(padded.dropLast(places)) : "\(padded.dropLast(places)).\(fraction)"
    }
}
