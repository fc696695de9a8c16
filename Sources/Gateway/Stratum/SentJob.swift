import MiningDomain

/// A job as it was sent to one session: the time in the header decides between two sendings of one job.
struct SentJob: Hashable, Sendable {
    /// How far a miner's time may run ahead of the clock, in seconds.
    ///
    /// Hardware that rolls seven bits of the time by itself is 127 ahead; the rest is for the way of the next sending,
    /// and for work that a miner ends before it looks at it.
    static let rollingReserve: UInt32 = 150

    let job: JobID
    /// The header's time, in seconds since 1970.
    let time: UInt32
    /// How often this job was sent before.
    let count: UInt8
    /// Milliseconds of a clock that never goes back.
    let atMs: UInt64

    /// Whether a share of this job and time belongs to what was sent from here on.
    func precedes(_ job: JobID, time: UInt32) -> Bool {
        job > self.job || job == self.job && time >= self.time
    }

    /// The time to send the same once more with: a miner that rolls it with the clock has not come so far.
    func timeAgain(nowMs: UInt64) -> UInt32 {
        clockTime(nowMs: nowMs) &+ 1
    }

    /// The time to send the job with under other terms: no honest share of this sending has it, or a later one.
    func timeApart(nowMs: UInt64) -> UInt32 {
        clockTime(nowMs: nowMs) &+ Self.rollingReserve
    }

    /// Where a miner is by now that rolls the time with the clock.
    private func clockTime(nowMs: UInt64) -> UInt32 {
        time &+ UInt32(clamping: (nowMs - min(atMs, nowMs)) / 1_000)
    }
}
