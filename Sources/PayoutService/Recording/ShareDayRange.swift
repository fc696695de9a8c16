internal import Messages

/// The days, by the time in a share's header, that the ledger takes shares of: so many partitions there may be.
struct ShareDayRange: Hashable, Sendable {
    static let secondsPerDay: UInt64 = 86_400
    /// Days after today's that are taken, and made ready: a header may be two hours ahead, and clocks differ.
    static let daysAhead = 2

    /// Days since 1970.
    let days: ClosedRange<Int>

    /// `auditDays` is how long shares are kept.
    init(nowMs: UInt64, auditDays: Int) {
        let today = Int(clamping: nowMs / 1_000 / Self.secondsPerDay)
        days = max(1, today - auditDays)...today + Self.daysAhead
    }

    /// Whether all of these times, in seconds since 1970, are of such a day, or not known.
    func contains(_ headerTimes: [UInt32]) -> Bool {
        let first = UInt64(days.lowerBound) * Self.secondsPerDay
        let end = UInt64(days.upperBound + 1) * Self.secondsPerDay
        return headerTimes.allSatisfy { $0 == 0 || (first..<end).contains(UInt64($0)) }
    }

    /// - Returns: The day's number, 0 for a time that is not known.
    static func day(ofHeaderTime time: UInt32) -> Int32 {
        Int32(UInt64(time) / secondsPerDay)
    }
}
