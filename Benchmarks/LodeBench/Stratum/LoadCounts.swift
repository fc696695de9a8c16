import JSON

/// What became of the shares of a load.
struct LoadCounts: Sendable {
    var sent = 0
    var accepted = 0
    /// By the reason given.
    var refused: [String: Int] = [:]
    /// Answers to nothing that was asked.
    var unmatched = 0
    /// Connections that ended, and shares that had no answer then.
    var closed = 0
    var unanswered = 0
    /// The sum of the first four bytes of every accepted share's hash, to compare with the ledger's.
    var acceptedDigest: UInt64 = 0
    /// Of accepted shares, in microseconds: from sending, and from when it was due.
    var answerTimes: [UInt32] = []
    var dueTimes: [UInt32] = []
    /// When miners heard of the tip that is watched.
    var tipArrivals: [ContinuousClock.Instant] = []

    /// What counts of two times together; without their times.
    static func + (left: LoadCounts, right: LoadCounts) -> LoadCounts {
        var sum = LoadCounts()
        sum.sent = left.sent + right.sent
        sum.accepted = left.accepted + right.accepted
        sum.refused = left.refused.merging(right.refused, uniquingKeysWith: +)
        sum.unmatched = left.unmatched + right.unmatched
        sum.closed = left.closed + right.closed
        sum.unanswered = left.unanswered + right.unanswered
        sum.acceptedDigest = left.acceptedDigest + right.acceptedDigest
        return sum
    }

    var refusedJSON: JSONObject {
        var reasons = JSONObject()
        for (reason, count) in refused.sorted(by: { $0.key < $1.key }) { reasons[reason] = JSON(count) }
        return reasons
    }
}

/// Times, from the shortest to the longest.
struct Percentiles {
    private let sorted: [UInt32]

    init(_ times: some Collection<UInt32>) {
        sorted = times.sorted()
    }

    /// In microseconds.
    var json: JSON {
        ["p50": JSON(part(0.5) ?? 0), "p99": JSON(part(0.99) ?? 0), "p999": JSON(part(0.999) ?? 0)]
    }

    var median: UInt32? { part(0.5) }
    var nearlyWorst: UInt32? { part(0.99) }

    private func part(_ part: Double) -> UInt32? {
        sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }
}

extension JSON {
    /// With two decimals.
    init(hundredthsOf value: Double) {
        let hundredths = UInt64(max(0, value) * 100)
        self = JSONNumber("\(hundredths / 100).\(String(100 + hundredths % 100).dropFirst())").map(JSON.number) ?? .null
    }
}
