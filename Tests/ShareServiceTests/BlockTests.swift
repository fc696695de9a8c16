import BlockFormat
import Foundation
import Hashing
import Messages
import MiningDomain
import ServiceRuntime
import System
import TestSupport
import Testing

@testable import ShareService

@Suite struct BlockTests {
    private let scratch: ScratchFolder

    init() throws {
        scratch = try ScratchFolder()
    }

    @Test("a solved block is brought to the ChainWatcher whatever is wrong with its proof")
    func alwaysABlock() async throws {
        let job = TestJob(id: 10, height: 100, tip: 1, networkTarget: TestJob.easiest)
        let jobs = FakeJobs(job)
        jobs.publish(TestJob(id: 11, height: 100, tip: 1, networkTarget: TestJob.easiest))
        let replica = try await Replica(in: scratch.path, jobs: jobs)
        let expired = job.lease(expiresAtMs: TestJob.nowMs - 1)
        let hard = job.lease(target: TestJob.hardest)
        let verdicts = try await replica.judge(
            submission(1, job.lease(), Proof(nonce: 1), Proof(nonce: 1)),
            submission(2, expired, Proof(nonce: 2)),
            submission(3, job.lease(count: 1), Proof(nonce: 3)),
            submission(4, job.lease(), by: otherMiner, Proof(nonce: 4)),
            submission(5, hard, Proof(nonce: 5)),
            submission(6, job.lease(), Proof(nonce: 6, claimedHash: [1]))
        )
        #expect(
            verdicts.map { $0.verdicts.map(\.status) } == [
                [.accepted, .duplicate], [.expired], [.outsideBin], [.outsideBin], [.lowDifficulty], [.hashMismatch],
            ]
        )
        #expect(verdicts.allSatisfy { $0.verdicts.allSatisfy(\.block) })
        let taken = replica.blocks.taken
        #expect(Set(taken.map(\.header)) == Set(try (1...6).map { try job.header(Proof(nonce: $0)) }))
        #expect(taken.count == 6)
        for candidate in taken {
            #expect(candidate.jobID == 10)
            #expect(candidate.foundAtMs == TestJob.nowMs)
            #expect(candidate.coinbase == (try job.judged.recipe.coinbase(extranonce1: 0x0100_0001, extranonce2: 0)))
        }
        #expect(taken.count { $0.finder == otherMiner } == 1)
        try await replica.stop()
    }

    @Test("a stale proof's block is brought as well")
    func staleBlock() async throws {
        let job = TestJob(id: 10, height: 100, tip: 1, networkTarget: TestJob.easiest)
        let jobs = FakeJobs(job, TestJob(id: 11, height: 101, tip: 2, clean: true))
        let replica = try await Replica(in: scratch.path, jobs: jobs)
        while !replica.health.missing.isEmpty { await Task.yield() }
        let verdicts = try await replica.judge(submission(1, job.lease(), Proof(nonce: 1)))
        #expect(verdicts[0].verdicts == [Verdict(status: .stale, block: true)])
        #expect(replica.blocks.taken.count == 1)
        #expect(replica.ledger.shares.isEmpty)
        try await replica.stop()
    }

    @Test("a block that comes again is brought once")
    func repeatedBlock() async throws {
        let job = TestJob(networkTarget: TestJob.easiest)
        let replica = try await Replica(in: scratch.path, jobs: FakeJobs(job))
        for id in UInt64(1)...3 {
            let verdicts = try await replica.judge(submission(id, job.lease(), Proof(nonce: 1)))
            #expect(verdicts[0].verdicts[0].block)
        }
        #expect(replica.blocks.taken.count == 1)
        try await replica.stop()
    }

    @Test("with the ChainWatcher away a block waits on disk, over a restart, and is brought when it is back")
    func spooledBlock() async throws {
        let job = TestJob(networkTarget: TestJob.easiest)
        let blocks = FakeBlocks()
        blocks.setAway(true)
        let first = try await Replica(in: scratch.path + "/a", jobs: FakeJobs(job), blocks: blocks)
        let verdicts = try await first.judge(submission(1, job.lease(), Proof(nonce: 1)))
        #expect(verdicts[0].verdicts == [Verdict(status: .accepted, block: true)])
        try FileManager.default.copyItem(atPath: scratch.path + "/a", toPath: scratch.path + "/after")
        try await first.stop()
        #expect(blocks.taken.isEmpty)

        let second = try await Replica(in: scratch.path + "/after", jobs: FakeJobs(job), blocks: blocks)
        blocks.setAway(false)
        await blocks.waitForBlock()
        #expect(blocks.taken.map(\.header) == [try job.header(Proof(nonce: 1))])
        let folder = scratch.path + "/after/blocks"
        while try !Folder.names(in: folder).isEmpty { await Task.yield() }  // what was brought is forgotten
        try await second.stop()
        #expect(blocks.taken.count == 1)
    }

    @Test("a solved block does not wait for the job of another proof, nor for the ledger")
    func waitsForNothing() async throws {
        let job = TestJob(networkTarget: TestJob.easiest)
        let jobs = FakeJobs(job)
        let replica = try await Replica(in: scratch.path, jobs: jobs)
        while !replica.health.missing.isEmpty { await Task.yield() }
        jobs.setAway(true)
        await #expect(throws: RPCError.self) {
            try await replica.judge(
                submission(1, job.lease(), Proof(nonce: 1)),
                submission(2, TestJob(id: 5).lease(), Proof(nonce: 1))
            )
        }
        #expect(replica.blocks.taken.count == 1)

        let gate = Event()
        replica.ledger.hold(until: gate)
        async let verdicts = replica.judge(submission(3, job.lease(), Proof(nonce: 2)))
        while replica.blocks.taken.count < 2 { await Task.yield() }
        gate.happen()
        #expect(try await verdicts[0].verdicts == [Verdict(status: .accepted, block: true)])
        try await replica.stop()
    }
}
