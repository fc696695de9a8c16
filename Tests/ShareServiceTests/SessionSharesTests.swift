import BlockFormat
import Cryptography
import Foundation
import Hashing
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import TestSupport
import Testing

@testable import ShareService

@Suite struct SessionSharesTests {
    private let scratch: ScratchFolder
    private let job = TestJob()

    init() throws {
        scratch = try ScratchFolder()
    }

    private func replica(
        _ name: String = "a",
        jobs: FakeJobs? = nil,
        ledger: FakeLedger = FakeLedger()
    ) async throws -> Replica {
        try await Replica(in: scratch.path + "/" + name, jobs: jobs ?? FakeJobs(job), ledger: ledger)
    }

    @Test(
        "an accepted share is in the ledger when its answer comes, with the work of its target",
        arguments: ProofAlgorithm.allCases
    )
    func accepted(algorithm: ProofAlgorithm) async throws {
        let job = TestJob(algorithm: algorithm)
        let replica = try await replica(jobs: FakeJobs(job))
        let first = try SessionShare(1)
        let hash = try job.judged.algorithm.hash(header: first.header(of: job))
        let exact = try #require(Target(bigEndian: hash.bytes.reversed()))
        let other = try SessionShare(2, nonce: 2).with {
            $0.client = otherMiner
            $0.lease = try sessionLease(9)
        }
        #expect(try await replica.sessionStatuses(first.with { $0.target = exact }, other) == [.accepted, .accepted])
        let shares = replica.ledger.shares
        let headers = [try first.header(of: job), try other.header(of: job, extranonce1: 9)]
        #expect(shares.map(\.proofHash) == headers.map { Hash256.sha256d(of: $0).bytes })
        #expect(shares.map(\.work) == [UInt64(clamping: exact.work.hashes), 1])
        #expect(shares.map(\.submissionID) == [1, 2])
        #expect(shares.map(\.client) == [miner, otherMiner])
        #expect(shares.allSatisfy { $0.jobID == 1_000 && $0.judgedAtMs == TestJob.nowMs })
        #expect(shares.map(\.headerTime) == [SessionShare.time, SessionShare.time])
        try await replica.stop()
    }

    @Test("each share gets its own verdict, and the ledger hears the counts")
    func mixedBatch() async throws {
        let old = TestJob(id: 999)
        let jobs = FakeJobs(job)
        let replica = try await replica(jobs: jobs)
        let share = try SessionShare()
        let forged = try sessionLease(7).dropLast() + [0]
        let ofABin = try signed(job.lease())
        let statuses = try await replica.sessionStatuses(
            share,
            share.with { $0.submission = 2 },
            share.with { $0.submission = 1 },
            share.with { $0.nonce = 3 }.with { $0.presumed = .lowDifficulty },
            share.with { $0.client = nil },
            share.with { $0.lease = Array(forged) },
            share.with { $0.lease = ofABin },
            share.with { $0.lease = [] },
            share.with { $0.time = UInt32(job.message.minimumTime) - 1 },
            share.with { $0.time = job.message.currentTime + 7_000 }.with { $0.nonce = 8 },
            share.with { $0.time = job.message.currentTime + 7_001 },
            share.with { $0.target = TestJob.hardest }.with { $0.nonce = 9 },
            share.with { $0.job = old.message.jobID },
            try share.with { $0.lease = try sessionLease(8, expiresAtMs: TestJob.nowMs - 1) }
        )
        #expect(
            statuses == [
                .accepted, .duplicate, .accepted, .lowDifficulty, .unauthorized, .unauthorized, .unauthorized,
                .unauthorized, .timeOutOfRange, .accepted, .timeOutOfRange, .lowDifficulty, .stale, .expired,
            ]
        )
        #expect(replica.ledger.shares.count == 2)
        #expect(try #require(replica.ledger.refused(miner)) == (stale: 1, other: 9))
        let text = replica.metrics.exposition
        #expect(text.contains(#"lode_shares_total{status="accepted"} 3"#))
        #expect(text.contains(#"lode_shares_total{status="unauthorized"} 4"#))
        #expect(text.contains("lode_share_bad_leases_total 3"))
        try await replica.stop()
    }

    @Test("a session's lease is no bin's lease")
    func sessionLeaseIsNoBinLease() async throws {
        let replica = try await replica()
        let sent = Submission(submissionID: 1, client: miner, signedLease: try sessionLease(), proofs: [Proof()])
        #expect(try await replica.judge(sent).map(\.leaseValid) == [false])
        try await replica.stop()
    }

    @Test("a solved block is brought to the ChainWatcher whatever is wrong with its share")
    func alwaysABlock() async throws {
        let job = TestJob(networkTarget: TestJob.easiest)
        let jobs = FakeJobs(job)
        jobs.publish(TestJob(id: 999, height: 99, tip: 9, networkTarget: TestJob.easiest))
        let replica = try await replica(jobs: jobs)
        while !replica.health.missing.isEmpty { await Task.yield() }
        jobs.publish(job)
        let share = try SessionShare()
        let stale = share.with { $0.job = 999 }
        let shares = [
            share, share.with { $0.submission = 2 }, share.with { $0.nonce = 2 }.with { $0.presumed = .stale },
            share.with { $0.nonce = 3 }.with { $0.client = nil }, stale,
            try share.with { $0.lease = try sessionLease(8, expiresAtMs: 0) }, share.with { $0.time = 1 },
            share.with { $0.target = TestJob.hardest }.with { $0.nonce = 4 },
        ]
        var reply = JudgeSessionSharesReply()
        repeat {  // until its event has come, the first job is not stale
            reply = try await replica.service.judge.judgeSessionShares(JudgeSessionSharesRequest(shares))
        } while reply.statuses[4] != ShareStatus.stale.rawValue
        #expect(
            reply.statuses.map { ShareStatus(rawValue: $0) } == [
                .accepted, .duplicate, .stale, .unauthorized, .stale, .expired, .timeOutOfRange, .lowDifficulty,
            ]
        )
        #expect(reply.blockPlaces == Array(0..<8))
        let taken = replica.blocks.taken
        #expect(taken.count == 7)
        #expect(taken.contains { $0.header == (try? shares[0].header(of: job)) && $0.finder == miner })
        #expect(taken.count { $0.finder == nil } == 1)
        #expect(
            try taken.allSatisfy { candidate in
                let one = try job.judged.recipe.coinbase(extranonce1: 0x0200_0001, extranonce2: 5)
                return try candidate.coinbase == one
                    || candidate.coinbase == job.judged.recipe.coinbase(extranonce1: 8, extranonce2: 5)
            }
        )
        try await replica.stop()
    }

    @Test("a solved block does not wait for another call that the ledger holds up")
    func blockWhileTheLedgerHoldsUpAnother() async throws {
        let ledger = FakeLedger()
        let jobs = FakeJobs(job)
        let replica = try await replica(jobs: jobs, ledger: ledger)
        while !replica.health.missing.isEmpty { await Task.yield() }
        let gate = Event()
        ledger.hold(until: gate)
        async let first = replica.sessionStatuses(try SessionShare(1))
        while ledger.batchSizes.isEmpty { await Task.yield() }
        jobs.publish(TestJob(id: 1_001, networkTarget: TestJob.easiest))
        async let second = replica.sessionStatuses(try SessionShare(2, nonce: 2).with { $0.job = 1_001 })
        await replica.blocks.waitForBlock()
        #expect(ledger.shares.isEmpty)
        gate.happen()
        #expect(try await first == [.accepted])
        #expect(try await second == [.accepted])
        try await replica.stop()
    }

    @Test("a solved block does not wait for the job of another share")
    func blockBeforeUnknownJob() async throws {
        let job = TestJob(networkTarget: TestJob.easiest)
        let jobs = FakeJobs(job)
        let replica = try await replica(jobs: jobs)
        while !replica.health.missing.isEmpty { await Task.yield() }
        jobs.setAway(true)
        let share = try SessionShare()
        await #expect(throws: RPCError.self) {
            try await replica.judgeSession(share, share.with { $0.job = 5 })
        }
        #expect(replica.blocks.taken.count == 1)
        #expect(replica.ledger.shares.isEmpty)
        try await replica.stop()
    }

    @Test("a share counts once: in another batch, at another replica, after a restart, and once more as itself")
    func duplicates() async throws {
        let ledger = FakeLedger()
        let (here, there) = (try await replica("a", ledger: ledger), try await replica("b", ledger: ledger))
        let share = try SessionShare()
        let again = share.with { $0.submission = 2 }
        #expect(try await here.sessionStatuses(share) == [.accepted])
        #expect(try await here.sessionStatuses(again) == [.duplicate])
        #expect(try await there.sessionStatuses(share, share) == [.accepted, .accepted])
        #expect(try await there.sessionStatuses(again) == [.duplicate])
        try await here.stop()
        // What a restart finds on disk: nothing, because the ledger has it all.
        try FileManager.default.copyItem(atPath: scratch.path + "/a", toPath: scratch.path + "/after")
        let later = try await replica("after", ledger: ledger)
        #expect(try await later.sessionStatuses(share, again) == [.accepted, .duplicate])
        #expect(ledger.shares.count == 1)
        try await there.stop()
        try await later.stop()
    }

    @Test("a bin's proof and a session's share of one header are one")
    func oneHeaderOverBoth() async throws {
        let replica = try await replica()
        let share = try SessionShare().with { share in
            share.extranonce2 = 0
            share.time = 1_790_000_000
            share.version = 0x2000_0000
        }
        let session = try share.with { $0.lease = try sessionLease(0x0100_0001) }
        #expect(try await replica.statuses(submission(1, job.lease(), Proof(nonce: 1))) == [[.accepted]])
        #expect(try await replica.sessionStatuses(session.with { $0.submission = 2 }) == [.duplicate])
        #expect(try await replica.sessionStatuses(session.with { $0.nonce = 2 }) == [.accepted])
        #expect(try await replica.statuses(submission(3, job.lease(), Proof(nonce: 2))) == [[.duplicate]])
        #expect(replica.ledger.shares.count == 2)
        try await replica.stop()
    }

    @Test("with the ledger away shares are accepted on disk, and are in the ledger when it is back")
    func spooling() async throws {
        let replica = try await replica()
        replica.ledger.set(.away)
        let share = try SessionShare()
        let second = share.with { $0.submission = 2 }.with { $0.nonce = 2 }
        #expect(try await replica.sessionStatuses(share, second) == [.accepted, .accepted])
        #expect(try await replica.sessionStatuses(share, second.with { $0.submission = 3 }) == [.accepted, .duplicate])
        #expect(replica.ledger.shares.isEmpty)
        replica.ledger.set(.well)
        await replica.ledger.waitForShares(2)
        #expect(replica.ledger.shares.map(\.submissionID) == [1, 2])
        try await replica.stop()
    }

    @Test(
        "columns that do not fit together are refused whole",
        arguments: spoiled
    )
    func malformed(name: String, spoil: @Sendable (inout JudgeSessionSharesRequest) -> Void) async throws {
        let replica = try await replica()
        var request = JudgeSessionSharesRequest([try SessionShare(1), try SessionShare(2, nonce: 2)])
        spoil(&request)
        let error = await #expect(throws: RPCError.self, "\(name)") {
            try await replica.service.judge.judgeSessionShares(request)
        }
        #expect(error?.code == .invalidArgument, "\(name)")
        #expect(replica.ledger.shares.isEmpty)
        try await replica.stop()
    }

    private static let spoiled: [(String, @Sendable (inout JudgeSessionSharesRequest) -> Void)] = [
        ("a column is short", { $0.nonces.removeLast() }),
        ("a column is long", { $0.jobIDs.append(1_000) }),
        ("no presumption", { $0.presumed = [] }),
        ("a lease's place", { $0.leasePlaces[1] = 1 }),
        ("a client's place", { $0.clientPlaces[1] = 2 }),
        ("a target's place", { $0.targetPlaces[1] = .max }),
        ("a short target", { $0.targets[0].removeLast() }),
        ("a long target", { $0.targets[0].append(0) }),
        ("presumed to be accepted", { $0.presumed[0] = ShareStatus.accepted.rawValue }),
        ("presumed to be what is not known", { $0.presumed[0] = 99 }),
        ("too many shares", { $0 = many(10_001) }),
        ("too many leases", { $0.leases = Array(repeating: [1], count: 10_001) }),
    ]

    /// Shares that are all alike.
    private static func many(_ count: Int) -> JudgeSessionSharesRequest {
        guard let share = try? SessionShare() else { return JudgeSessionSharesRequest() }
        var request = JudgeSessionSharesRequest([share])
        request.submissionIDs = Array(repeating: 1, count: count)
        request.leasePlaces = Array(repeating: 0, count: count)
        request.clientPlaces = Array(repeating: 1, count: count)
        request.targetPlaces = Array(repeating: 0, count: count)
        request.jobIDs = Array(repeating: 1_000, count: count)
        request.extranonce2s = Array(repeating: 0, count: count)
        request.times = Array(repeating: SessionShare.time, count: count)
        request.nonces = (0..<UInt32(count)).map { $0 }
        request.versions = Array(repeating: 1, count: count)
        request.presumed = Array(repeating: 0, count: count)
        return request
    }

    @Test("a request at its bound is judged, and goes to the ledger in several batches")
    func largest() async throws {
        let replica = try await replica()
        let reply = try await replica.service.judge.judgeSessionShares(Self.many(10_000))
        #expect(reply.statuses == Array(repeating: ShareStatus.accepted.rawValue, count: 10_000))
        #expect(replica.ledger.shares.count == 10_000)
        try await replica.stop()
    }

    @Test("leases are remembered up to their bound, and known again past it")
    func rememberedLeases() throws {
        let key = try leaseKey().derived(for: SessionLease.keyLabel)
        let leases = SessionLeases(key: key, countMax: 3)
        let signed = try (1...5).map { try sessionLease($0) }
        for _ in 0..<2 {
            #expect(leases.checked(signed).map { $0?.extranonce1 } == [1, 2, 3, 4, 5])
            #expect(leases.count <= 3)
        }
        #expect(leases.checked([[1, 2, 3]]) == [nil])
    }
}
