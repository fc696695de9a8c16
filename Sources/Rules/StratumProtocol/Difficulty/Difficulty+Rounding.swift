internal import MiningDomain

extension Difficulty {
    /// From here on only whole numbers are given out: there are miners that stumble over a fraction.
    private static let wholeMin = 10 * Double(scale)

    /// What binary fractions are off by, as a part of the number.
    private static let fractionMax = 1e-12

    /// A difficulty of three significant digits, so that its text stays short.
    ///
    /// - Parameters:
    ///   - scaled: The difficulty times `scale`.
    ///   - present: The difficulty that a step begins at: of the two next ones it becomes that on the way back, so that no
    ///     step is larger than was asked for; without, the nearest.
    init(rounding scaled: Double, towards present: Difficulty? = nil) {
        let bounded = min(max(scaled, 1), 1.8e19)
        let rule: FloatingPointRoundingRule =
            present.map { bounded < Double($0.scaled) ? .up : .down } ?? .toNearestOrAwayFromZero
        var unit = bounded >= Self.wholeMin ? Double(Self.scale) : 1
        while bounded / unit >= 1_000 { unit *= 10 }
        let count = bounded / unit
        // What is a whole number but for the binary fraction stays it.
        let isWhole = abs(count - count.rounded()) <= Self.fractionMax * count
        let whole = isWhole ? count.rounded() : count.rounded(rule)
        guard let difficulty = Difficulty(scaled: UInt64(whole * unit)) else {
            preconditionFailure("at least one unit is more than zero")
        }
        self = difficulty
    }
}
