/// A length of time as people write it: `90`, `90s`, `30m`, `12h`, `7d`.
struct WrittenTime {
    let seconds: Int64

    /// - Returns: `nil` for anything else, for nothing at all, and for more than there is.
    init?(_ text: String) {
        let factors: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let factor = text.last.flatMap { factors[$0] }
        guard let number = Int64(factor == nil ? text : String(text.dropLast())), number > 0 else { return nil }
        let (seconds, isTooMuch) = number.multipliedReportingOverflow(by: factor ?? 1)
        guard !isTooMuch else { return nil }
        self.seconds = seconds
    }
}
