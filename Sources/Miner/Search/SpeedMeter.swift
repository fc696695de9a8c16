/// Hashes per second over the last seconds.
struct SpeedMeter: Sendable {
    /// Long enough to be calm, short enough to follow.
    static let windowMs: UInt64 = 10_000
    private static let bucketMs: UInt64 = 500

    private struct Bucket {
        let startMs: UInt64
        var hashes: UInt64
    }

    private var buckets: [Bucket] = []
    private(set) var total: UInt64 = 0

    mutating func add(_ hashes: UInt64, nowMs: UInt64) {
        total += hashes
        let start = nowMs - nowMs % Self.bucketMs
        if let last = buckets.last, last.startMs >= start {
            buckets[buckets.count - 1].hashes += hashes
        } else {
            buckets.append(Bucket(startMs: start, hashes: hashes))
        }
        buckets.removeAll { $0.startMs + Self.windowMs < nowMs }
    }

    /// `nil` until there is a second to judge by.
    func hashrate(nowMs: UInt64) -> UInt64? {
        let recent = buckets.filter { $0.startMs + Self.windowMs >= nowMs }
        guard let first = recent.first, nowMs >= first.startMs + 1_000 else { return nil }
        return recent.reduce(0) { $0 + $1.hashes } * 1_000 / (nowMs - first.startMs)
    }
}
