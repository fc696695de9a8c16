import BlockFormat
import Cryptography
import Hashing
import Messages
import MiningDomain
import Testing

@testable import ShareService

/// What a JobService signs for one session.
func sessionLease(
    _ extranonce1: UInt32 = 0x0200_0001,
    expiresAtMs: UInt64 = TestJob.nowMs + 60_000
) throws -> [UInt8] {
    let bytes = SessionLease(
        leaseID: UInt64(extranonce1),
        extranonce1: extranonce1,
        issuedAtMs: TestJob.nowMs,
        expiresAtMs: expiresAtMs
    )
    .encoded()
    return bytes + (try leaseKey().derived(for: SessionLease.keyLabel).code(for: bytes))
}

/// One share of a session, before it becomes a row of the columns.
struct SessionShare {
    static let time: UInt32 = 1_790_000_100
    static let version: UInt32 = 0x2000_e000

    var submission: UInt64 = 1
    var lease: [UInt8]
    var client: Client? = miner
    var target = TestJob.easiest
    var job: UInt64 = 1_000
    var extranonce2: UInt32 = 5
    var time = Self.time
    var nonce: UInt32 = 1
    var version = Self.version
    var presumed: ShareStatus?

    init(_ submission: UInt64 = 1, nonce: UInt32 = 1) throws {
        self.submission = submission
        self.nonce = nonce
        lease = try sessionLease()
    }

    /// The same share with some of it changed.
    func with(_ change: (inout Self) throws -> Void) rethrows -> Self {
        var share = self
        try change(&share)
        return share
    }

    /// The 80 bytes that the miner hashed.
    func header(of job: TestJob, extranonce1: UInt32 = 0x0200_0001) throws -> [UInt8] {
        let recipe = try job.judged.recipe
        return recipe.header(
            version: version,
            merkleRoot: recipe.merkleRoot(extranonce1: extranonce1, extranonce2: extranonce2),
            time: time,
            nonce: nonce
        )
    }
}

extension JudgeSessionSharesRequest {
    /// Each lease, client and target once.
    init(_ shares: [SessionShare]) {
        self.init()
        func place<Value: Equatable>(_ value: Value, _ values: inout [Value]) -> UInt32 {
            if let index = values.firstIndex(of: value) { return UInt32(index) }
            values.append(value)
            return UInt32(values.count - 1)
        }
        for share in shares {
            submissionIDs.append(share.submission)
            leasePlaces.append(place(share.lease, &leases))
            clientPlaces.append(share.client.map { place($0, &clients) + 1 } ?? 0)
            targetPlaces.append(place(share.target.bigEndianBytes, &targets))
            jobIDs.append(share.job)
            extranonce2s.append(share.extranonce2)
            times.append(share.time)
            nonces.append(share.nonce)
            versions.append(share.version)
            presumed.append(share.presumed?.rawValue ?? 0)
        }
    }
}

extension Replica {
    func judgeSession(_ shares: SessionShare...) async throws(RPCError) -> JudgeSessionSharesReply {
        try await service.judge.judgeSessionShares(JudgeSessionSharesRequest(shares))
    }

    func sessionStatuses(_ shares: SessionShare...) async throws(RPCError) -> [ShareStatus?] {
        try await service.judge.judgeSessionShares(JudgeSessionSharesRequest(shares)).statuses
            .map { ShareStatus(rawValue: $0) }
    }
}
