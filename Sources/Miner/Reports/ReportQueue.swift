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
    /// Went out and failed: to be sent again just as it was.
    private var failed: Report?
    /// Is under way; at most one at a time.
    private var sent: Report?

    var findCount: Int { pending.reduce(0) { $0 + $1.finds.count } + (failed ?? sent).map(\.finds.count, or: 0) }
    var isEmpty: Bool { pending.isEmpty && failed == nil && sent == nil }
    var isFull: Bool { findCount >= Self.findCountMax || pending.count >= Self.binCountMax }
    var hasNext: Bool { sent == nil && (failed != nil || !pending.isEmpty) }

    mutating func add(_ finds: [Find], bin token: String) {
        guard !finds.isEmpty else { return }
        update(token) { $0.finds += finds }
    }

    mutating func markDone(bin token: String) {
        update(token) { $0.isDone = true }
    }

    /// What to send now; `nil` while a report is under way or there is nothing to tell.
    mutating func next() -> Report? {
        guard sent == nil else { return nil }
        if let again = failed.take() {
            sent = again
        } else if let first = pending.first {
            let finds = Array(first.finds.prefix(Report.findCountMax))
            let isWhole = finds.count == first.finds.count
            sent = Report(binToken: first.binToken, finds: finds, isDone: first.isDone && isWhole)
            if isWhole { pending.removeFirst() } else { pending[0].finds.removeFirst(finds.count) }
        }
        return sent
    }

    /// The pool has answered, or will never take it.
    mutating func settle() {
        sent = nil
    }

    /// No answer came: the pool may have acted on it or not.
    mutating func returnUnanswered() {
        guard var report = sent.take() else { return }
        report.mayBeRepeated = true
        failed = report
    }

    /// An answer came that nobody can read.
    ///
    /// - Returns: `false` when it is given up.
    mutating func returnUnreadable() -> Bool {
        guard var report = sent.take() else { return false }
        report.mayBeRepeated = true
        report.unreadableAnswerCount += 1
        guard report.unreadableAnswerCount < Report.unreadableAnswerCountMax else { return false }
        failed = report
        return true
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

extension Optional {
    fileprivate func map<Value>(_ transform: (Wrapped) -> Value, or other: Value) -> Value {
        map(transform) ?? other
    }
}
