import Foundation
import Hashing
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import System
import TestSupport
import Testing

@testable import ShareService

@Suite struct ShareServiceTests {
    private let scratch: ScratchFolder
    private let job = TestJob()

    init() throws {
        scratch = try ScratchFolder()
    }

    private func replica(_ name: String = "a", ledger: FakeLedger = FakeLedger()) async throws -> Replica {
        try await Replica(in: scratch.path + "/" + name, jobs: FakeJobs(job), ledger: ledger)
    }

    private func proofs(_ nonces: Range<UInt32>) -> [Proof] { nonces.map { Proof(nonce: $0) } }

    @Test(
        "an accepted share is in the ledger when its answer comes, with the work of its lease's target",
        arguments: ProofAlgorithm.allCases
    )
    func accepted(algorithm: ProofAlgorithm) async throws {
        let job = TestJob(algorithm: algorithm)
        let replica = try await Replica(in: scratch.path, jobs: FakeJobs(job))
        let target = try job.target(metJustBy: Proof(nonce: 3))
        let statuses = try await replica.statuses(
            submission(1, job.lease(target: target), Proof(nonce: 3)),
            submission(2, job.lease(), Proof(nonce: 4))
        )
        #expect(statuses == [[.accepted], [.accepted]])
        let shares = replica.ledger.shares
        #expect(shares.map(\.proofHash) == (try [3, 4].map { try job.key(Proof(nonce: $0)).bytes }))
        #expect(shares.map(\.work) == [UInt64(clamping: target.work.hashes), 1])
        #expect(shares.map(\.submissionID) == [1, 2])
        #expect(shares.allSatisfy { $0.client == miner && $0.jobID == 1_000 && $0.judgedAtMs == TestJob.nowMs })
        #expect(shares.map(\.headerTime) == [1_790_000_000, 1_790_000_000])
        try await replica.stop()
    }

    @Test("one refused proof does not refuse its neighbours, and the ledger hears the counts")
    func mixedBatch() async throws {
        let replica = try await replica()
        let verdicts = try await replica.judge(
            submission(
                1,
                job.lease(start: 10, count: 10),
                Proof(nonce: 10),
                Proof(nonce: 20),
                Proof(nonce: 10),
                Proof(nonce: 11, claimedHash: [1])
            ),
            submission(2, job.lease(), by: otherMiner, Proof(nonce: 12)),
            Submission(submissionID: 3, client: miner, signedLease: [1, 2, 3], proofs: [Proof()]),
            Submission(
                submissionID: 4,
                client: miner,
                signedLease: job.lease(count: 5).encoded() + (try signed(job.lease()).suffix(32)),
                proofs: [Proof()]
            )
        )
        #expect(verdicts.map(\.leaseValid) == [true, true, false, false])
        #expect(
            verdicts.map { $0.verdicts.map(\.status) } == [
                [.accepted, .outsideBin, .duplicate, .hashMismatch], [.outsideBin], [], [],
            ]
        )
        #expect(replica.ledger.shares.count == 1)
        #expect(try #require(replica.ledger.refused(miner)) == (stale: 0, other: 3))
        #expect(try #require(replica.ledger.refused(otherMiner)) == (stale: 0, other: 1))
        let text = replica.metrics.exposition
        #expect(text.contains(#"lode_shares_total{status="accepted"} 1"#))
        #expect(text.contains(#"lode_shares_total{status="outside_bin"} 2"#))
        #expect(text.contains("lode_share_bad_leases_total 2"))
        try await replica.stop()
    }

    @Test("a request past its bounds is refused whole")
    func bounds() async throws {
        let replica = try await replica()
        let many = Array(repeating: Submission(), count: BatchJudge.submissionCountMax + 1)
        let long = Submission(proofs: Array(repeating: Proof(), count: BatchJudge.proofsPerSubmissionMax + 1))
        let full = Submission(proofs: Array(repeating: Proof(), count: BatchJudge.proofsPerSubmissionMax))
        for request in [many, [long], Array(repeating: full, count: 11)] {
            await #expect(throws: RPCError.self) {
                try await replica.service.judge.judgeShares(JudgeSharesRequest(submissions: request))
            }
        }
        try await replica.stop()
    }

    // MARK: Repeats

    @Test("a proof counts once: through another replica, another submission, another client's lease")
    func duplicatesAcrossReplicas() async throws {
        let ledger = FakeLedger()
        let (here, there) = (try await replica("a", ledger: ledger), try await replica("b", ledger: ledger))
        #expect(try await here.statuses(submission(1, job.lease(), Proof(nonce: 1))) == [[.accepted]])
        #expect(try await there.statuses(submission(2, job.lease(), Proof(nonce: 1))) == [[.duplicate]])
        #expect(try await here.statuses(submission(3, job.lease(), Proof(nonce: 1))) == [[.duplicate]])
        #expect(try await there.statuses(submission(2, job.lease(), Proof(nonce: 1))) == [[.duplicate]])
        let stolen = job.lease(client: otherMiner)
        #expect(try await there.statuses(submission(4, stolen, by: otherMiner, Proof(nonce: 1))) == [[.duplicate]])
        let both = try await here.statuses(
            submission(5, job.lease(), Proof(nonce: 2)),
            submission(6, job.lease(), Proof(nonce: 2))
        )
        #expect(both == [[.accepted], [.duplicate]])
        #expect(ledger.shares.count == 2)
        try await here.stop()
        try await there.stop()
    }

    @Test("a submission that comes again gets its first verdicts, anywhere, and counts once")
    func repeatedSubmission() async throws {
        let ledger = FakeLedger()
        let (here, there) = (try await replica("a", ledger: ledger), try await replica("b", ledger: ledger))
        let sent = try submission(1, job.lease(count: 5), Proof(nonce: 1), Proof(nonce: 9), Proof(nonce: 1))
        let expected: [[ShareStatus]] = [[.accepted, .outsideBin, .duplicate]]
        for replica in [here, here, there, here] { #expect(try await replica.statuses(sent) == expected) }
        #expect(try await here.statuses(sent, sent) == expected + expected)
        #expect(ledger.shares.count == 1)
        try await here.stop()
        try await there.stop()
    }

    @Test("an answer that was lost on its way from the ledger is no lost share, and no second one")
    func lostAnswer() async throws {
        let replica = try await replica()
        replica.ledger.set(.lostAnswers)
        #expect(try await replica.statuses(submission(1, job.lease(), Proof(nonce: 1))) == [[.accepted]])
        replica.ledger.set(.well)
        #expect(try await replica.statuses(submission(2, job.lease(), Proof(nonce: 2))) == [[.accepted]])
        await replica.ledger.waitForShares(2)
        #expect(replica.ledger.shares.map(\.submissionID) == [1, 2])
        try await replica.stop()
    }

    // MARK: Batches

    @Test("what arrives while a batch is in flight is the next batch")
    func batchesForm() async throws {
        let replica = try await replica()
        let gate = Event()
        replica.ledger.hold(until: gate)
        let count = 50
        try await withThrowingTaskGroup(of: [[ShareStatus]].self) { group in
            for number in 0..<count {
                let sent = try submission(UInt64(number) + 1, job.lease(), Proof(nonce: UInt32(number)))
                group.addTask { try await replica.statuses(sent) }
                while replica.ledger.batchSizes.isEmpty { await Task.yield() }
            }
            while replica.service.recorder.waitingShareCount < count - 1 { await Task.yield() }
            gate.happen()
            for try await statuses in group { #expect(statuses == [[.accepted]]) }
        }
        #expect(replica.ledger.batchSizes == [1, count - 1])
        try await replica.stop()
    }

    @Test("a large request goes in several batches")
    func largeRequest() async throws {
        let replica = try await replica()
        let submissions = try (0..<4).map { number in
            let start = UInt32(number) * 1_000
            return Submission(
                submissionID: UInt64(number) + 1,
                client: miner,
                signedLease: try signed(job.lease()),
                proofs: proofs(start..<(start + 1_000))
            )
        }
        let reply = try await replica.service.judge.judgeShares(JudgeSharesRequest(submissions: submissions))
        #expect(reply.verdicts.allSatisfy { $0.verdicts.allSatisfy { $0.status == .accepted } })
        #expect(replica.ledger.shares.count == 4_000)
        #expect(replica.ledger.batchSizes == [ShareRecorder.batchCountMax, 1_000])
        try await replica.stop()
    }

    @Test("a share that the ledger will never take takes no others down with it")
    func poison() async throws {
        let replica = try await replica()
        replica.ledger.set(.refusing(proofHash: try job.key(Proof(nonce: 5)).bytes))
        let gate = Event()
        replica.ledger.hold(until: gate)
        let good = try submission(1, job.lease(), Proof(nonce: 1), Proof(nonce: 2), Proof(nonce: 3))
        let bad = try submission(2, job.lease(), Proof(nonce: 5))
        async let first = replica.statuses(good)
        async let second = replica.statuses(bad)
        gate.happen()
        #expect(try await first == [[.accepted, .accepted, .accepted]])
        do {
            Issue.record("\(try await second)")
        } catch {
            #expect((error as? RPCError)?.code == .internal)
        }
        #expect(replica.ledger.shares.count == 3)
        try await replica.stop()
    }

    // MARK: The ledger is away

    @Test("with the ledger away shares are accepted on disk, and played to it once, in order, when it is back")
    func spooling() async throws {
        let replica = try await replica()
        replica.ledger.set(.away)
        for number in UInt32(1)...5 {
            let sent = try submission(UInt64(number), job.lease(), Proof(nonce: number))
            #expect(try await replica.statuses(sent) == [[.accepted]])
            #expect(try await replica.statuses(sent) == [[.accepted]])
        }
        #expect(try await replica.statuses(submission(9, job.lease(), Proof(nonce: 1))) == [[.duplicate]])
        #expect(replica.ledger.shares.isEmpty)
        replica.ledger.set(.well)
        await replica.ledger.waitForShares(5)
        #expect(try await replica.statuses(submission(6, job.lease(), Proof(nonce: 6))) == [[.accepted]])
        await replica.ledger.waitForShares(6)
        #expect(replica.ledger.shares.map(\.submissionID) == [1, 2, 3, 4, 5, 6])
        try await replica.stop()
    }

    @Test("a killed replica loses no share that it acknowledged, and none counts twice", arguments: [0, 1, 11, 40])
    func killed(tornByteCount: Int) async throws {
        let ledger = FakeLedger()
        ledger.set(.away)
        let first = try await replica("a", ledger: ledger)
        for number in UInt32(1)...3 {
            let sent = try submission(UInt64(number), job.lease(), Proof(nonce: number))
            #expect(try await first.statuses(sent) == [[.accepted]])
        }
        // What a kill leaves on disk, with a record that was being written.
        let after = scratch.path + "/after"
        try FileManager.default.copyItem(atPath: scratch.path + "/a", toPath: after)
        let name = try #require(try Folder.names(in: after + "/spool").last { $0.hasSuffix(".shares") })
        let torn = SpoolRecord.framed([UInt8](repeating: 1, count: 100)).prefix(tornByteCount)
        try AppendOnlyFile(after + "/spool/" + name).append(Array(torn))

        let second = try await Replica(in: after, jobs: FakeJobs(job), ledger: ledger)
        #expect(try await second.statuses(submission(8, job.lease(), Proof(nonce: 2))) == [[.duplicate]])
        #expect(try await second.statuses(submission(2, job.lease(), Proof(nonce: 2))) == [[.accepted]])
        #expect(try await second.statuses(submission(4, job.lease(), Proof(nonce: 4))) == [[.accepted]])
        ledger.set(.well)
        await ledger.waitForShares(4)
        try await first.stop()
        try await second.stop()
        #expect(ledger.shares.map(\.submissionID).sorted() == [1, 2, 3, 4])
    }

    @Test("with neither ledger nor disk nothing is accepted, and the same proof is as good later")
    func noRoom() async throws {
        let replica = try await Replica(in: scratch.path, jobs: FakeJobs(job), spoolByteCountMax: 10)
        replica.ledger.set(.away)
        await #expect(throws: RPCError.self) {
            try await replica.statuses(submission(1, job.lease(), Proof(nonce: 1)))
        }
        #expect(replica.health.missing.map(\.condition).contains(ShareRecorder.condition))
        replica.ledger.set(.well)
        #expect(try await replica.statuses(submission(2, job.lease(), Proof(nonce: 1))) == [[.accepted]])
        #expect(replica.ledger.shares.map(\.submissionID) == [2])
        try await replica.stop()
    }

    @Test("room on the disk is noticed though no share comes")
    func roomAgain() async throws {
        let replica = try await Replica(in: scratch.path, jobs: FakeJobs(job))
        replica.ledger.set(.away)
        let (folder, elsewhere) = (scratch.path + "/spool", scratch.path + "/elsewhere")
        try FileManager.default.moveItem(atPath: folder, toPath: elsewhere)
        await #expect(throws: RPCError.self) {
            try await replica.statuses(submission(1, job.lease(), Proof(nonce: 1)))
        }
        #expect(replica.health.missing.map(\.condition).contains(ShareRecorder.condition))
        try FileManager.default.moveItem(atPath: elsewhere, toPath: folder)
        try await Patience.wait(for: "room") {
            !replica.health.missing.map(\.condition).contains(ShareRecorder.condition)
        }
        #expect(try await replica.statuses(submission(2, job.lease(), Proof(nonce: 1))) == [[.accepted]])
        try await replica.stop()
    }

    // MARK: Jobs

    @Test("a job is known without its event, and its end is noticed by polling alone")
    func missedEvents() async throws {
        let jobs = FakeJobs(job)
        let replica = try await Replica(in: scratch.path, jobs: jobs)
        #expect(try await replica.statuses(submission(1, job.lease(), Proof(nonce: 1))) == [[.accepted]])
        jobs.add(TestJob(id: 1_001, height: 101, tip: 2))
        var nonce: UInt32 = 1
        var status = ShareStatus.accepted
        while status == .accepted {
            nonce += 1
            status = try await replica.statuses(submission(UInt64(nonce), job.lease(), Proof(nonce: nonce)))[0][0]
        }
        #expect(status == .stale)
        try await replica.stop()
    }

    @Test("an event makes older work stale")
    func events() async throws {
        let jobs = FakeJobs(job)
        let replica = try await Replica(in: scratch.path, jobs: jobs)
        jobs.publish(TestJob(id: 1_001, height: 101, tip: 2, clean: true))
        var nonce: UInt32 = 0
        var status = ShareStatus.accepted
        while status == .accepted {
            nonce += 1
            status = try await replica.statuses(submission(UInt64(nonce), job.lease(), Proof(nonce: nonce)))[0][0]
        }
        #expect(status == .stale)
        #expect(replica.health.missing.isEmpty)
        try await replica.stop()
    }

    @Test("once the JobService says that there is no job, work on the last one is stale")
    func withdrawal() async throws {
        let jobs = FakeJobs(job)
        let replica = try await Replica(in: scratch.path, jobs: jobs)
        #expect(try await replica.statuses(submission(1, job.lease(), Proof(nonce: 1))) == [[.accepted]])
        jobs.withdraw()
        var nonce: UInt32 = 1
        var status = ShareStatus.accepted
        while status == .accepted {
            nonce += 1
            status = try await replica.statuses(submission(UInt64(nonce), job.lease(), Proof(nonce: nonce)))[0][0]
        }
        #expect(status == .stale)
        try await replica.stop()
    }

    @Test("a proof whose job cannot be had is not judged; one whose job is gone is stale")
    func unknownJobs() async throws {
        let old = TestJob(id: 5)
        let jobs = FakeJobs(job)
        let replica = try await Replica(in: scratch.path, jobs: jobs)
        #expect(try await replica.statuses(submission(1, job.lease(), Proof(nonce: 1))) == [[.accepted]])
        jobs.setAway(true)
        await #expect(throws: RPCError.self) {
            try await replica.statuses(submission(2, old.lease(), Proof(nonce: 1)))
        }
        jobs.setAway(false)
        #expect(try await replica.statuses(submission(2, old.lease(), Proof(nonce: 1))) == [[.stale]])
        #expect(replica.ledger.shares.count == 1)
        try await replica.stop()
    }

    // MARK: Shutdown

    @Test("a replica that stops answers the call it has in hand")
    func shutdown() async throws {
        let replica = try await replica()
        let gate = Event()
        replica.ledger.hold(until: gate)
        let channel = try RPCClient(dialing: replica.service.addresses, metrics: Metrics())
        let client = SharesClient(channel, timeout: .seconds(20))
        let request = JudgeSharesRequest(submissions: [try submission(1, job.lease(), Proof(nonce: 1))])
        async let reply = client.judgeShares(request)
        while replica.ledger.batchSizes.isEmpty { await Task.yield() }
        replica.beginStopping()
        gate.happen()
        #expect(try await reply.verdicts.map { $0.verdicts.map(\.status) } == [[.accepted]])
        try await replica.stop()
        #expect(replica.ledger.shares.count == 1)
    }
}
