/// A moment as RFC 3339 text with milliseconds: `2026-11-20T05:40:00.123Z`.
package struct UTCTime: CustomStringConvertible, Sendable {
    private let unixMilliseconds: UInt64

    package init(unixMilliseconds: UInt64) {
        self.unixMilliseconds = unixMilliseconds
    }

    package var description: String {
        let (seconds, milliseconds) = unixMilliseconds.quotientAndRemainder(dividingBy: 1_000)
        let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = Self.date(days: Int(days))
        let clock = "\(Self.padded(second / 3_600)):\(Self.padded(second / 60 % 60)):\(Self.padded(second % 60))"
        return "\(year)-\(Self.padded(month))-\(Self.padded(day))T\(clock).\(Self.padded(milliseconds, to: 3))Z"
    }

    /// The proleptic Gregorian date `days` after 1970-01-01, counted in years that begin in March.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468  // days since 0000-03-01
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: some BinaryInteger, to width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
