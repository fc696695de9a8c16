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

    let id: UInt64
    let height: UInt32
    let previousHash: Hash256
    let isClean: Bool
    let algorithm: ProofAlgorithm
    let networkTarget: Target
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
}
