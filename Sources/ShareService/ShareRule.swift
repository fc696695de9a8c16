internal import Hashing
internal import Messages
internal import MiningDomain

/// What a proof is worth: a pure decision, in one order.
///
/// A solved block comes first and whatever else is wrong with the proof. Then the first reason that holds refuses it.
struct ShareRule {
    /// One proof with everything that its judgement depends on.
    struct Case {
        let proof: Proof
        let submissionID: UInt64
        /// Who sent it.
        let client: Client?
        let lease: CheckedLease
        let job: JudgedJob
        /// By the job's algorithm, of the header that job, lease and proof give.
        let proofHash: Hash256
        let isStale: Bool
        let nowMs: UInt64
    }

    /// The submission that brought a header first, if any did; asked only when nothing else is wrong.
    typealias FirstSubmission = () -> UInt64?

    static func verdict(on share: Case, broughtBy first: FirstSubmission) -> Verdict {
        Verdict(
            status: status(of: share, broughtBy: first),
            block: share.job.networkTarget.isMet(by: share.proofHash)
        )
    }

    private static func status(of share: Case, broughtBy first: FirstSubmission) -> ShareStatus {
        if share.isStale { return .stale }
        if share.nowMs > share.lease.expiresAtMs { return .expired }
        if !isInBin(share) { return .outsideBin }
        let claimed = share.proof.claimedHash
        if !claimed.isEmpty && claimed != share.proofHash.bytes { return .hashMismatch }
        if !share.lease.shareTarget.isMet(by: share.proofHash) { return .lowDifficulty }
        // The same submission, come again because its answer was lost, gets its first answer.
        if let first = first(), first != share.submissionID { return .duplicate }
        return .accepted
    }

    private static func isInBin(_ share: Case) -> Bool {
        let position = UInt64(share.proof.extranonce2) << 32 | UInt64(share.proof.nonce)
        return share.lease.belongs(to: share.client) && share.lease.positions.contains(position)
    }
}
