/// Finds that the pool has not acknowledged, in the order they were found, bin by bin.
struct ReportQueue: Sendable {
    /// Past this the search pauses: a find that cannot be kept is work thrown away.
    static let findCountMax = 10_000
    /// Bins that wait for a report; more come only while the pool is away.
    static let binCountMax = 1_000

    private struct Pending {
        let binToken: String
        var finds: [Find]
        var isDone: Bool
    }

    private var pending: [Pending] = []
    /// Went out and failed: to be sent again just as they were, the oldest first.
    private var failed: [Report] = []
    /// Under way, the oldest first.
    private var sent: [Report] = []
    private let underWayCountMax: Int

    /// - Parameter underWayCountMax: How many reports may wait for their answers at a time.
    init(underWayCountMax: Int = 1) {
        self.underWayCountMax = underWayCountMax
    }

    var findCount: Int {
        pending.reduce(0) { $0 + $1.finds.count } + (failed + sent).reduce(0) { $0 + $1.finds.count }
    }
    var isEmpty: Bool { pending.isEmpty && failed.isEmpty && sent.isEmpty }
    var isFull: Bool { findCount >= Self.findCountMax || pending.count >= Self.binCountMax }
    var hasNext: Bool { sent.count < underWayCountMax && !(failed.isEmpty && pending.isEmpty) }

    mutating func add(_ finds: [Find], bin token: String) {
        guard !finds.isEmpty else { return }
        update(token) { $0.finds += finds }
    }

    mutating func markDone(bin token: String) {
        update(token) { $0.isDone = true }
    }

    /// What to send now; `nil` while as many are under way as may be, or there is nothing to tell.
    mutating func next() -> Report? {
        guard hasNext else { return nil }
        let report = failed.isEmpty ? nextNew() : failed.removeFirst()
        sent.append(report)
        return report
    }

    private mutating func nextNew() -> Report {
        let first = pending[0]
        let finds = Array(first.finds.prefix(Report.findCountMax))
        let isWhole = finds.count == first.finds.count
        if isWhole { pending.removeFirst() } else { pending[0].finds.removeFirst(finds.count) }
        return Report(binToken: first.binToken, finds: finds, isDone: first.isDone && isWhole)
    }

    /// The pool has answered, or will never take it.
    mutating func settle(_ report: Report) {
        _ = takeBack(report)
    }

    /// No answer came: the pool may have acted on it or not.
    mutating func returnUnanswered(_ report: Report) {
        guard var report = takeBack(report) else { return }
        report.mayBeRepeated = true
        failed.append(report)
    }

    /// An answer came that nobody can read.
    ///
    /// - Returns: `false` when it is given up.
    mutating func returnUnreadable(_ report: Report) -> Bool {
        guard var report = takeBack(report) else { return false }
        report.mayBeRepeated = true
        report.unreadableAnswerCount += 1
        guard report.unreadableAnswerCount < Report.unreadableAnswerCountMax else { return false }
        failed.append(report)
        return true
    }

    private mutating func takeBack(_ report: Report) -> Report? {
        sent.firstIndex(of: report).map { sent.remove(at: $0) }
    }

    private mutating func update(_ token: String, _ change: (inout Pending) -> Void) {
        if let index = pending.lastIndex(where: { $0.binToken == token }) {
            change(&pending[index])
        } else {
            var new = Pending(binToken: token, finds: [], isDone: false)
            change(&new)
            pending.append(new)
        }
    }
}
