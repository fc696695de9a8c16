package import MiningDomain

/// How many blocks' worth of work a reward is shared over, exact to a millionth.
package struct WindowFactor: Hashable, Sendable {
    private static let scale: UInt128 = 1_000_000

    package let millionths: UInt64

    /// - Returns: `nil` for zero: a window without work pays nobody.
    package init?(millionths: UInt64) {
        guard millionths > 0 else { return nil }
        self.millionths = millionths
    }

    /// Reads a number such as `2` or `0.5`, with at most six decimals.
    package init?(_ text: String) {
        guard let millionths = decimalUnits(text, places: 6) else { return nil }
        self.init(millionths: millionths)
    }

    /// The window for a block that took `networkWork` to find: rounded up, at least one hash, and at most all there is.
    package func window(networkWork: Work) -> Work {
        let (high, low) = networkWork.hashes.multipliedFullWidth(by: UInt128(millionths))
        guard high < Self.scale else { return Work(hashes: .max) }
        let (quotient, remainder) = Self.scale.dividingFullWidth((high, low))
        guard quotient < .max else { return Work(hashes: .max) }
        return Work(hashes: max(1, quotient + (remainder > 0 ? 1 : 0)))
    }
}
