import Hashing

/// Shares that went out and wait for their answers, whatever order those come in.
struct Submissions: Sendable {
    private struct Pending {
        let report: Report
        let work: StratumWork
        let sentAtMs: UInt64
        var results: [ReportAnswer.Result?]
        var missingCount: Int
    }

    /// By when they went out.
    private var pending: [UInt64: Pending] = [:]
    private var places: [UInt64: (key: UInt64, index: Int)] = [:]
    private var nextKey: UInt64 = 0

    var isEmpty: Bool { pending.isEmpty }
    var oldestSentAtMs: UInt64? { pending.values.lazy.map(\.sentAtMs).min() }

    /// - Parameters:
    ///   - report: At least one find.
    ///   - work: What they were found in.
    ///   - ids: Of the requests, one for each find.
    ///   - nowMs: Milliseconds of a clock that never goes back.
    mutating func add(_ report: Report, in work: StratumWork, ids: [UInt64], nowMs: UInt64) {
        precondition(ids.count == report.finds.count && !ids.isEmpty)
        for (index, id) in ids.enumerated() { places[id] = (nextKey, index) }
        let results = [ReportAnswer.Result?](repeating: nil, count: ids.count)
        pending[nextKey] = Pending(
            report: report,
            work: work,
            sentAtMs: nowMs,
            results: results,
            missingCount: ids.count
        )
        nextKey += 1
    }

    func isWaiting(for id: UInt64) -> Bool {
        places[id] != nil
    }

    /// - Returns: The whole report with its answer, once the last of its finds has one.
    mutating func answer(_ id: UInt64, _ answer: StratumAnswer) -> (Report, ReportAnswer)? {
        guard let place = places.removeValue(forKey: id), var entry = pending[place.key] else { return nil }
        let find = entry.report.finds[place.index]
        let verdict: ReportAnswer.Result.Verdict =
            answer.isYes ? .accepted(solvedBlock: entry.work.isBlock(find)) : .rejected(reason: answer.reason)
        entry.results[place.index] = .init(extranonce2: find.extranonce2, nonce: find.nonce, verdict: verdict)
        entry.missingCount -= 1
        guard entry.missingCount == 0 else {
            pending[place.key] = entry
            return nil
        }
        pending[place.key] = nil
        return (entry.report, ReportAnswer(results: entry.results.compactMap(\.self), nextBin: nil, currentJobID: nil))
    }

    /// Gives up waiting.
    ///
    /// - Returns: The reports whose answers are missing, the oldest first.
    mutating func takeAll() -> [Report] {
        defer { (pending, places) = ([:], [:]) }
        return pending.sorted { $0.key < $1.key }.map(\.value.report)
    }
}
