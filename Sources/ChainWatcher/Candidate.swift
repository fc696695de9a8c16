import Hashing
import Messages

/// A solved block of ours and what the ledger must know of it; its bytes are on disk.
struct Candidate: Hashable, Sendable {
    let hash: Hash256
    let height: UInt32
    let jobID: UInt64
    let finder: Client?
    /// Base units.
    let reward: UInt64
    /// 32 bytes, big-endian number.
    let networkTarget: [UInt8]
    /// Unix time.
    let foundAtMs: UInt64

    /// What the ledger is told; `seenAtMs` is when the chain was asked.
    func report(state: BlockState, confirmations: UInt32, reason: String, seenAtMs: UInt64 = 0) -> BlockReport {
        BlockReport(
            hash: hash.bytes,
            height: height,
            jobID: jobID,
            finder: finder,
            state: state,
            confirmations: confirmations,
            reward: reward,
            networkTarget: networkTarget,
            foundAtMs: foundAtMs,
            reason: reason,
            seenAtMs: seenAtMs
        )
    }

    /// - Returns: `nil` for a report whose hash is not 32 bytes.
    init?(_ report: BlockReport) {
        guard let hash = Hash256(report.hash) else { return nil }
        self.init(
            hash: hash,
            height: report.height,
            jobID: report.jobID,
            finder: report.finder,
            reward: report.reward,
            networkTarget: report.networkTarget,
            foundAtMs: report.foundAtMs
        )
    }

    init(
        hash: Hash256,
        height: UInt32,
        jobID: UInt64,
        finder: Client?,
        reward: UInt64,
        networkTarget: [UInt8],
        foundAtMs: UInt64
    ) {
        self.hash = hash
        self.height = height
        self.jobID = jobID
        self.finder = finder
        self.reward = reward
        self.networkTarget = networkTarget
        self.foundAtMs = foundAtMs
    }
}
