/// What the pool said of our finds.
struct Tally: Hashable, Sendable {
    private(set) var accepted: UInt64 = 0
    /// Too late for their job or their bin: nobody's mistake.
    private(set) var stale: UInt64 = 0
    /// For any other reason.
    private(set) var rejected: UInt64 = 0
    private(set) var blocks: UInt64 = 0

    mutating func count(_ verdict: ReportAnswer.Result.Verdict, inRepeatedReport: Bool) {
        switch verdict {
        case .accepted(let solvedBlock):
            accepted += 1
            if solvedBlock { blocks += 1 }
        case .rejected("duplicate") where inRepeatedReport:
            accepted += 1  // the pool has it from our first sending, whose answer was lost
        case .rejected("stale"), .rejected("expired"):
            stale += 1
        case .rejected:
            rejected += 1
        }
    }

    /// Finds that the pool would not take as a whole.
    mutating func countRefused(_ count: Int) {
        rejected += UInt64(count)
    }
}
