/// Shares over a time: how far they are from what was expected, and how sure that is.
struct ShareCount {
    /// Each share as the part of one that it is at the difficulty in force.
    let shares: Double
    let expected: Double

    init(shares: Double, ms: Double, settings: VardiffSettings) {
        self.shares = shares
        // Nothing is faster than the clock can tell.
        expected = max(ms, 1) / Double(settings.shareIntervalMs)
    }

    /// How many times faster than wanted.
    var ratio: Double { shares / expected }

    /// Whether luck alone deviates so far only once in about e^`strength` times.
    ///
    /// This is the logarithm of how much more likely the count is at its own rate than at the expected one, for a Poisson
    /// process: s ln(s/e) - s + e.
    func isSignificant(_ strength: Double) -> Bool {
        let logarithm = shares > 0 ? shares * Self.logarithm(ratio) : 0
        return logarithm - shares + expected >= strength
    }

    /// The natural logarithm of a number above zero, to six digits: from its binary exponent, and 2 artanh((s-1)/(s+1)) of
    /// its significand.
    static func logarithm(_ number: Double) -> Double {
        let part = (number.significand - 1) / (number.significand + 1)
        let square = part * part
        let series = 1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square * (1 / 9 + square / 11))))
        return Double(number.exponent) * 0.693_147_180_559_945_3 + 2 * part * series
    }
}
