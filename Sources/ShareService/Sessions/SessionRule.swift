internal import Hashing
internal import Messages
internal import MiningDomain

/// What a stratum session's share is worth: a pure decision, in one order.
///
/// A solved block comes first and is submitted whatever is decided here. Then the first reason that holds refuses it.
struct SessionRule {
    /// One share with everything that its judgement depends on.
    struct Case {
        let submissionID: UInt64
        /// What the gateway has found already.
        let presumed: ShareStatus?
        /// By the job's algorithm.
        let proofHash: Hash256
        let shareTarget: Target
        let leaseExpiresAtMs: UInt64
        /// The header's time, in seconds since 1970.
        let time: UInt32
        /// What its job allows.
        let times: ClosedRange<UInt64>
        let isStale: Bool
        let nowMs: UInt64
    }

    /// The submission that brought a header first, if any did; asked only when nothing else is wrong.
    typealias FirstSubmission = () -> UInt64?

    static func status(of share: Case, broughtBy first: FirstSubmission) -> ShareStatus {
        if let presumed = share.presumed { return presumed }
        if share.isStale { return .stale }
        if share.nowMs > share.leaseExpiresAtMs { return .expired }
        if !share.times.contains(UInt64(share.time)) { return .timeOutOfRange }
        if !share.shareTarget.isMet(by: share.proofHash) { return .lowDifficulty }
        // The same submission, come again because its answer was lost, gets its first answer.
        if let first = first(), first != share.submissionID { return .duplicate }
        return .accepted
    }
}
