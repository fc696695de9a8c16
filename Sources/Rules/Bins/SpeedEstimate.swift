/// How fast a client searches, from what it did lately.
package struct SpeedEstimate: Hashable, Sendable {
    /// Measurements kept.
    package static let sampleCountMax = 8

    private struct Sample: Hashable {
        let hashes: UInt64
        let ms: UInt64

        var hashrate: UInt64 { SpeedEstimate.hashrate(hashes: UInt128(hashes), ms: UInt128(ms)) }
    }

    private var samples: [Sample] = []

    package init() {}

    /// Hashes per second, at least 1; `nil` before the first measurement.
    package var hashrate: UInt64? {
        guard !samples.isEmpty else { return nil }
        let hashes = samples.reduce(UInt128(0)) { $0 + UInt128($1.hashes) }
        let ms = samples.reduce(UInt128(0)) { $0 + UInt128($1.ms) }
        return Self.hashrate(hashes: hashes, ms: ms)
    }

    /// - Parameters:
    ///   - hashes: How many were done.
    ///   - elapsedMs: In what time; less than a millisecond counts as one.
    ///   - targetMs: How long a bin should take: a measurement of at least half of that outweighs others that it contradicts.
    package mutating func add(hashes: UInt64, elapsedMs: UInt64, targetMs: UInt64) {
        var sample = Sample(hashes: hashes, ms: max(elapsedMs, 1))
        // Short ones are joined, so that the measurements kept reach back some seconds, however often a client reports.
        if let last = samples.last, last.ms < targetMs / 4 {
            samples.removeLast()
            let (sum, overflow) = last.hashes.addingReportingOverflow(sample.hashes)
            sample = Sample(hashes: overflow ? .max : sum, ms: last.ms + sample.ms)
        }
        if let known = hashrate, sample.ms >= targetMs / 2 {
            let (twice, overflow) = known.multipliedReportingOverflow(by: 2)
            if sample.hashrate < known / 2 || (!overflow && sample.hashrate > twice) { samples.removeAll() }
        }
        if samples.count == Self.sampleCountMax { samples.removeFirst() }
        samples.append(sample)
    }

    /// The client did not get through `hashes` in this time: it is slower than that.
    package mutating func limit(hashes: UInt64, elapsedMs: UInt64) {
        let sample = Sample(hashes: hashes, ms: max(elapsedMs, 1))
        if let known = hashrate, known <= sample.hashrate { return }
        samples = [sample]
    }

    private static func hashrate(hashes: UInt128, ms: UInt128) -> UInt64 {
        UInt64(min(max(hashes * 1_000 / ms, 1), UInt128(UInt64.max)))
    }
}
