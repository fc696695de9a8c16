import Hashing
import Messages
import MiningDomain
import Testing

@testable import ShareService

@Suite struct ShareRuleTests {
    /// Everything that can be wrong with a proof, in the order in which it is named.
    private static let reasons: [ShareStatus] = [
        .stale, .expired, .outsideBin, .hashMismatch, .lowDifficulty, .duplicate,
    ]

    /// A proof that is wrong in just these ways.
    private static func verdict(_ wrongs: Set<ShareStatus>, solvesBlock: Bool) throws -> Verdict {
        let proof = Proof(extranonce2: 1, nonce: 2, claimedHash: [])
        let job = TestJob(networkTarget: solvesBlock ? TestJob.easiest : TestJob.hardest)
        let judged = try job.judged
        let hash = judged.algorithm.hash(header: try job.header(proof))
        let lease = job.lease(
            start: wrongs.contains(.outsideBin) ? 1 << 32 | 3 : 1 << 32 | 2,
            count: 1,
            target: wrongs.contains(.lowDifficulty) ? TestJob.hardest : TestJob.easiest,
            expiresAtMs: wrongs.contains(.expired) ? TestJob.nowMs - 1 : TestJob.nowMs
        )
        let claimed = wrongs.contains(.hashMismatch) ? Hash256.zero.bytes : hash.bytes
        let share = ShareRule.Case(
            proof: Proof(extranonce2: 1, nonce: 2, claimedHash: claimed),
            submissionID: 5,
            client: miner,
            lease: try #require(CheckedLease(lease)),
            job: judged,
            proofHash: hash,
            isStale: wrongs.contains(.stale),
            nowMs: TestJob.nowMs
        )
        return ShareRule.verdict(on: share) { wrongs.contains(.duplicate) ? 4 : nil }
    }

    @Test(
        "of all that is wrong with a proof the first in order is named, and a block is one whatever is wrong",
        arguments: 0..<64,
        [false, true]
    )
    func order(mask: Int, solvesBlock: Bool) throws {
        let wrongs = Set(Self.reasons.indices.filter { mask >> $0 & 1 == 1 }.map { Self.reasons[$0] })
        let first = Self.reasons.first(where: wrongs.contains) ?? .accepted
        #expect(try Self.verdict(wrongs, solvesBlock: solvesBlock) == Verdict(status: first, block: solvesBlock))
    }

    private static let proof = Proof(extranonce2: 0, nonce: 500)

    private static func verdict(
        _ proof: Proof = proof,
        job: TestJob = TestJob(),
        lease: Lease? = nil,
        by client: Client? = miner,
        nowMs: UInt64 = TestJob.nowMs,
        first: UInt64? = nil
    ) throws -> Verdict {
        let share = ShareRule.Case(
            proof: proof,
            submissionID: 5,
            client: client,
            lease: try #require(CheckedLease(lease ?? job.lease())),
            job: try job.judged,
            proofHash: try job.judged.algorithm.hash(header: try job.header(proof)),
            isStale: false,
            nowMs: nowMs
        )
        return ShareRule.verdict(on: share) { first }
    }

    private static func less(_ target: Target) -> Target { Target(target.value.subtracting(UInt256(1))) }

    @Test("a hash that equals its target meets it, and one more does not", arguments: ProofAlgorithm.allCases)
    func targets(algorithm: ProofAlgorithm) throws {
        let job = TestJob(algorithm: algorithm)
        let exact = try job.target(metJustBy: Self.proof)
        #expect(try Self.verdict(job: job, lease: job.lease(target: exact)).status == .accepted)
        #expect(try Self.verdict(job: job, lease: job.lease(target: Self.less(exact))).status == .lowDifficulty)
        #expect(try Self.verdict(job: TestJob(algorithm: algorithm, networkTarget: exact)).block)
        #expect(try !Self.verdict(job: TestJob(algorithm: algorithm, networkTarget: Self.less(exact))).block)
    }

    @Test(
        "a bin holds its positions from the first to the last",
        arguments: [
            (0, 499, ShareStatus.outsideBin), (0, 500, .accepted), (0, 599, .accepted), (0, 600, .outsideBin),
            (1, 500, .outsideBin), (.max, .max, .outsideBin),
        ] as [(UInt32, UInt32, ShareStatus)]
    )
    func positions(extranonce2: UInt32, nonce: UInt32, expected: ShareStatus) throws {
        let lease = TestJob().lease(start: 500, count: 100)
        #expect(try Self.verdict(Proof(extranonce2: extranonce2, nonce: nonce), lease: lease).status == expected)
    }

    @Test("a bin of several extranonces holds whole ones")
    func widePositions() throws {
        let lease = TestJob().lease(start: 7 << 32, count: 2 << 32)
        let expected: [(UInt32, UInt32, ShareStatus)] = [
            (6, .max, .outsideBin), (7, 0, .accepted), (8, .max, .accepted), (9, 0, .outsideBin),
        ]
        for (extranonce2, nonce, status) in expected {
            #expect(try Self.verdict(Proof(extranonce2: extranonce2, nonce: nonce), lease: lease).status == status)
        }
    }

    @Test(
        "a lease is one client's of one account; a worker's name may change",
        arguments: [
            (miner, ShareStatus.accepted),
            (otherMiner, .outsideBin),
            (Client(address: miner.address, worker: "rig2", clientID: miner.clientID), .accepted),
            (Client(address: otherMiner.address, worker: "rig1", clientID: miner.clientID), .outsideBin),
            (Client(address: miner.address, worker: "rig1", clientID: otherMiner.clientID), .outsideBin),
            (nil, .outsideBin),
        ] as [(Client?, ShareStatus)]
    )
    func ownership(client: Client?, expected: ShareStatus) throws {
        #expect(try Self.verdict(by: client).status == expected)
    }

    @Test("a lease is good up to its last millisecond")
    func expiry() throws {
        let lease = TestJob().lease(expiresAtMs: TestJob.nowMs)
        #expect(try Self.verdict(lease: lease).status == .accepted)
        #expect(try Self.verdict(lease: lease, nowMs: TestJob.nowMs + 1).status == .expired)
    }

    @Test("a claimed hash is compared byte by byte, and need not be there")
    func claims() throws {
        let job = TestJob()
        let hash = ProofAlgorithm.sha256d.hash(header: try job.header(Self.proof)).bytes
        let claims: [([UInt8], ShareStatus)] = [
            ([], .accepted), (hash, .accepted), (hash.reversed(), .hashMismatch),
            (Array(hash.dropLast()), .hashMismatch),
            (hash + [0], .hashMismatch), ([0], .hashMismatch),
        ]
        for (claim, status) in claims {
            let proof = Proof(extranonce2: 0, nonce: 500, claimedHash: claim)
            #expect(try Self.verdict(proof).status == status)
        }
    }

    @Test("a repeat is refused, unless its own submission comes again")
    func repeats() throws {
        #expect(try Self.verdict(first: nil).status == .accepted)
        #expect(try Self.verdict(first: 5).status == .accepted)
        #expect(try Self.verdict(first: 6).status == .duplicate)
        #expect(try Self.verdict(first: RememberedProofs.otherSubmission).status == .duplicate)
    }
}
