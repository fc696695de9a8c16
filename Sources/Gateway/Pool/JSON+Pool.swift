import Hashing
import JSON
import Messages
import MiningDomain

extension JSON {
    /// A job as the interface shows it.
    init(_ job: Job) {
        self = [
            "job_id": JSON(job.idText),
            "height": JSON(job.height),
            "algorithm": JSON(job.algorithm),
            "version": JSON(job.version),
            "previous_block_hash": JSON(Hex.string(job.previousHash.reversed())),
            "bits": JSON(Hex.string(job.bits.bigEndianBytes)),
            "curtime": JSON(job.currentTime),
            "mintime": JSON(job.minimumTime),
            "coinbase_1": JSON(Hex.string(job.coinbase1)),
            "coinbase_2": JSON(Hex.string(job.coinbase2)),
            "extranonce1_size": JSON(job.extranonce1Size),
            "extranonce2_size": JSON(job.extranonce2Size),
            "merkle_branch": .array(job.merkleBranch.map { JSON(Hex.string($0)) }),
            "network_target": JSON(Hex.string(job.networkTarget)),
        ]
    }

    /// A bin as the interface shows it; `nil` for an offer without its readable lease.
    init?(_ offer: BinOffer) {
        guard let lease = offer.lease, lease.count > 0 else { return nil }
        // More than one extranonce2 means whole ones.
        let isWhole = lease.count > 1 << 32
        self = [
            "bin": JSON(Base64URL.text(offer.signedLease)),
            "job_id": JSON(JobID.text(lease.jobID)),
            "extranonce1": JSON(Hex.string(lease.extranonce1.bigEndianBytes)),
            "extranonce2_start": JSON(lease.start >> 32),
            "extranonce2_count": JSON(isWhole ? lease.count >> 32 : 1),
            "nonce_start": JSON(lease.start & 0xffff_ffff),
            "nonce_count": JSON(isWhole ? 1 << 32 : lease.count),
            "time": JSON(lease.time),
            "share_target": JSON(Hex.string(lease.shareTarget)),
            "size": JSON(lease.count),
            "expires_at": JSON(lease.expiresAtMs / 1_000),
        ]
    }

    init(_ block: PoolBlock) {
        self = [
            "height": JSON(block.height),
            "hash": JSON(Hex.string(block.hash.reversed())),
            "state": JSON(block.state.interfaceName),
            "proof_root": block.proofRoot.isEmpty ? nil : JSON(Hex.string(block.proofRoot)),
        ]
    }
}

extension Job {
    var idText: String { JobID.text(jobID) }
}

extension JobID {
    /// Zero, which names no job, too.
    static func text(_ value: UInt64) -> String {
        JobID(value)?.description ?? String(repeating: "0", count: 16)
    }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}

extension BlockState {
    var interfaceName: String {
        switch self {
        case .unspecified, .submitted: "SUBMITTED"
        case .accepted: "ACCEPTED"
        case .rejected: "REJECTED"
        case .orphaned: "ORPHANED"
        case .confirmed: "CONFIRMED"
        }
    }
}
