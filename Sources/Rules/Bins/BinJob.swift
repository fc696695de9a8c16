package import MiningDomain

/// What bins need to know of a job.
package struct BinJob: Hashable, Sendable {
    package let id: JobID
    /// Seconds since 1970, by the node's clock, at `createdAtMs` by ours.
    package let currentTime: UInt32
    /// Seconds since 1970: no header may have less.
    package let minimumTime: UInt32
    /// Unix time in milliseconds.
    package let createdAtMs: UInt64

    package init(id: JobID, currentTime: UInt32, minimumTime: UInt32, createdAtMs: UInt64) {
        self.id = id
        self.currentTime = currentTime
        self.minimumTime = minimumTime
        self.createdAtMs = createdAtMs
    }

    /// What a header that is begun now should say, by the clock of the node that will judge it.
    func time(nowMs: UInt64) -> UInt32 {
        let elapsed = nowMs > createdAtMs ? (nowMs - createdAtMs) / 1_000 : 0
        return max(minimumTime, UInt32(clamping: UInt64(currentTime) + elapsed))
    }
}
