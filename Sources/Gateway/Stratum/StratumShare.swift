import Messages
import MiningDomain

/// One share on its way to be judged.
struct StratumShare {
    /// Random, so that a repeat of the call is recognised.
    let submissionID: UInt64
    /// `nil` when nobody is authorized: it may solve a block all the same.
    let worker: StratumWorker?
    let lease: SessionLeases.Lease
    /// As it went out with the job.
    let difficulty: Difficulty
    let target: Target
    let jobID: UInt64
    let extranonce2: UInt32
    let time: UInt32
    let nonce: UInt32
    /// The header's, whole.
    let version: UInt32
    /// What is wrong with it already, unless it solves a block.
    let presumed: ShareStatus
}
