internal import MiningDomain

extension Difficulty {
    /// From here on only whole numbers are given out: there are miners that stumble over a fraction.
    private static let wholeMin = 10 * Double(scale)

    /// The nearest difficulty of three significant digits, so that its text stays short.
    ///
    /// - Parameter scaled: The difficulty times `scale`.
    init(rounding scaled: Double) {
        let bounded = min(max(scaled, 1), 1.8e19)
        var unit = bounded >= Self.wholeMin ? Double(Self.scale) : 1
        while bounded / unit >= 1_000 { unit *= 10 }
        guard let difficulty = Difficulty(scaled: UInt64((bounded / unit).rounded() * unit)) else {
            preconditionFailure("at least one unit is more than zero")
        }
        self = difficulty
    }
}
