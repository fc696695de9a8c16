internal import BlockFormat
internal import Hashing
internal import Messages
internal import MiningDomain

/// A job made ready for judging many proofs.
struct JudgedJob: Sendable {
    /// Hashes from a leaf to the root of a block's merkle tree: more than any block's transactions ask for.
    static let merkleBranchCountMax = 32
    /// The extranonce parts that leases are made of.
    static let extranonceByteCount: UInt32 = 4
    /// Seconds that a header's time may be ahead.
    static let timeAheadMax: UInt64 = 7_000
    /// Seconds that it may be behind the node's when the job was made: the ledger keeps shares by the day of their header, and
    /// days that are long over are closed.
    static let timeBehindMax: UInt64 = 86_400

    let id: UInt64
    let height: UInt32
    let previousHash: Hash256
    let isClean: Bool
    let algorithm: ProofAlgorithm
    let networkTarget: Target
    /// Seconds since 1970: the earliest time that a header may carry.
    private let minimumTime: UInt32
    /// The node's time when the job was made, in seconds since 1970, and the pool's, in milliseconds.
    private let currentTime: UInt32
    private let createdAtMs: UInt64
    let recipe: HeaderRecipe

    /// - Returns: `nil` for a job that no proof can be judged by.
    init?(_ job: Job) {
        let branch = job.merkleBranch.compactMap { Hash256($0) }
        guard job.jobID != 0, let algorithm = ProofAlgorithm(rawValue: job.algorithm),
            let previousHash = Hash256(job.previousHash), let networkTarget = Target(bigEndian: job.networkTarget),
            branch.count == job.merkleBranch.count, branch.count <= Self.merkleBranchCountMax,
            job.extranonce1Size == Self.extranonceByteCount, job.extranonce2Size == Self.extranonceByteCount
        else { return nil }
        id = job.jobID
        height = job.height
        isClean = job.clean
        minimumTime = job.minimumTime
        currentTime = job.currentTime
        createdAtMs = job.createdAtMs
        self.algorithm = algorithm
        self.previousHash = previousHash
        self.networkTarget = networkTarget
        recipe = HeaderRecipe(
            version: job.version,
            previousHash: previousHash,
            bits: job.bits,
            coinbase1: job.coinbase1,
            coinbase2: job.coinbase2,
            merkleBranch: branch
        )
    }

    /// Seconds since 1970 that a session's share may carry in its header, `nowMs` being the pool's Unix time.
    ///
    /// Counted by the node's clock, as its own rule is; that refuses a block more than 7,200 seconds ahead of it
    /// (MAX_FUTURE_BLOCK_TIME of Bitcoin Core), and nodes' clocks differ.
    func times(nowMs: UInt64) -> ClosedRange<UInt64> {
        let passed = (nowMs > createdAtMs ? nowMs - createdAtMs : 0) / 1_000
        let latest = UInt64(currentTime) + min(passed, UInt64(UInt32.max)) + Self.timeAheadMax
        let oldest = UInt64(currentTime) - min(UInt64(currentTime), Self.timeBehindMax)
        let earliest = max(UInt64(minimumTime), oldest)
        return earliest...max(earliest, latest)
    }
}
