/// A search space together with the job it is a part of.
struct Assignment: Sendable {
    /// Whatever a pool says, no bin is worked on for longer.
    static let lifetimeMax: Duration = .seconds(86_400)

    var space: SearchSpace
    let job: PoolJob
    /// In milliseconds of a clock that never goes back: finds of a bin that is over are refused.
    let endsAtMs: UInt64
}

extension Assignment {
    /// Of the two readings of the bin's life the longer counts, because a find that is refused costs less than a bin
    /// that is thrown away.
    ///
    /// - Parameters:
    ///   - bin: The slice.
    ///   - job: What it is a slice of.
    ///   - receivedAtMs: Milliseconds since 1970 by our clock, which may differ from the pool's.
    ///   - nowMs: The same moment, by the clock that never goes back.
    init(bin: PoolBin, job: PoolJob, receivedAtMs: UInt64, nowMs: UInt64) {
        let sinceLeasing = bin.expiresAt.subtractingReportingOverflow(UInt64(bin.space.time))
        let sinceNow = bin.expiresAt.subtractingReportingOverflow(receivedAtMs / 1_000)
        let seconds = max(
            sinceLeasing.overflow ? 0 : sinceLeasing.partialValue,
            sinceNow.overflow ? 0 : sinceNow.partialValue
        )
        let lifetime = min(seconds, UInt64(Self.lifetimeMax.components.seconds))
        self.init(space: bin.space, job: job, endsAtMs: nowMs + 1_000 * lifetime)
    }
}
