import BlockFormat
import Hashing
import Messages
import MiningDomain
import StratumProtocol

/// A job as Stratum miners get it: its line is written once for all of them.
struct StratumJob: Sendable {
    let id: JobID
    let version: UInt32
    let previousHash: Hash256
    /// Seconds since 1970, as the node gave it.
    let currentTime: UInt32
    let notice: JobNotice
    /// The hardest that a share of it may be, so that no block is lost to shares that are harder; `nil` on test networks, where
    /// most hashes are blocks and shares decide what is sent.
    let difficultyMax: Difficulty?

    /// - Returns: `nil` for a job that no miner could work on.
    init?(_ job: Job, network: Network) {
        let branch = job.merkleBranch.compactMap { Hash256($0) }
        guard let id = JobID(job.jobID), let previousHash = Hash256(job.previousHash),
            branch.count == job.merkleBranch.count, let target = Target(bigEndian: job.networkTarget)
        else { return nil }
        self.id = id
        self.previousHash = previousHash
        version = job.version
        currentTime = job.currentTime
        notice = JobNotice(
            previousHash: previousHash,
            coinbase1: job.coinbase1,
            coinbase2: job.coinbase2,
            merkleBranch: branch,
            version: job.version,
            bits: job.bits
        )
        difficultyMax = target.value <= network.differenceOne.value ? Self.difficulty(of: target, network) : nil
    }

    /// The largest difficulty whose target is no harder than `target`.
    private static func difficulty(of target: Target, _ network: Network) -> Difficulty? {
        var scaled = Difficulty(of: target, differenceOne: network.differenceOne).scaled
        while let difficulty = Difficulty(scaled: scaled) {
            let easier = Target(difficulty: difficulty, differenceOne: network.differenceOne)
            if easier.value >= target.value { return difficulty }
            scaled -= 1
        }
        return nil
    }
}
