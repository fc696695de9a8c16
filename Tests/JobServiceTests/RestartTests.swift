import Cryptography
import JobService
import Messages
import MiningDomain
import Synchronization
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct RestartTests {
    private final class Kept: Sendable {
        private let state = Mutex<(job: Job?, offer: BinOffer?)>((nil, nil))

        var job: Job? { state.withLock(\.job) }
        var offer: BinOffer? { state.withLock(\.offer) }

        func keep(_ job: Job, _ offer: BinOffer? = nil) { state.withLock { $0 = (job, offer) } }
    }

    @Test func neitherJobsNorLeasesAreLost() async throws {
        let replica = try Replica()
        let kept = Kept()
        let client = Replica.client(1)
        try await replica.run { life in
            let job = try #require(await life.jobs(1).first)
            let offer = try await life.jobs.leaseBin(LeaseBinRequest(client: client, hashrate: 20_000))
            kept.keep(job, offer)
        }
        replica.clock.advance(by: .seconds(5))
        try await replica.run { life in
            let old = try #require(kept.job)
            let offer = try #require(kept.offer)
            #expect(try await life.jobs.getJob(GetJobRequest(jobID: old.jobID)) == old)
            #expect(try await life.jobs.getTemplate(GetTemplateRequest(jobID: old.jobID)).job == old)
            let new = try #require(await life.jobs(1).first)
            #expect(new.jobID > old.jobID && new.coinbase1 != old.coinbase1)
            #expect(old.clean && !new.clean)  // the tip is the same: work on the old one is not lost
            // What was leased before still counts, and what is leased now is elsewhere.
            let report = ReportBinRequest(signedLease: offer.signedLease, client: client, done: true)
            let next = try #require(try await life.jobs.reportBin(report).nextBin?.lease)
            #expect(next.extranonce1 != offer.lease?.extranonce1 && next.leaseID != offer.lease?.leaseID)
            let speed = try await life.jobs.getClientSpeed(GetClientSpeedRequest(client: client))
            #expect(speed.hashrate == 20_000)
        }
    }

    @Test func idsAndExtranoncesNeverComeAgain() async throws {
        let replica = try Replica(number: 7)
        let seen = Mutex<[(job: UInt64, extranonce1: UInt32)]>([])
        for life in 0..<4 {
            try await replica.run { life in
                let job = try #require(await life.jobs(1).last)
                let offer = try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
                seen.withLock { $0.append((job.jobID, offer.lease?.extranonce1 ?? 0)) }
            }
            if life == 1 { replica.clock.setBack(by: .seconds(3_600)) } else { replica.clock.advance(by: .seconds(1)) }
        }
        let pairs = seen.withLock { $0 }
        #expect(pairs.map(\.job) == pairs.map(\.job).sorted() && Set(pairs.map(\.job)).count == 4)
        #expect(Set(pairs.map(\.extranonce1)).count == 4)
        #expect(pairs.allSatisfy { $0.extranonce1 >> 24 == 7 })
    }

    @Test func aBrokenFileCostsNoMoreThanItsJob() async throws {
        let replica = try Replica()
        let kept = Kept()
        try await replica.run { life in
            let job = try #require(await life.jobs(1).first)
            kept.keep(job)
        }
        let name = try #require(try Folder.names(in: replica.folder.path + "/jobs").first { $0.hasSuffix(".job") })
        try DurableFile.replace(replica.folder.path + "/jobs/" + name, with: [1, 2, 3])
        try await replica.run { life in
            let job = try #require(kept.job)
            await expect(.notFound) { try await life.jobs.getJob(GetJobRequest(jobID: job.jobID)) }
            _ = await life.jobs(1)
        }
    }

    @Test func aBrokenCounterStopsTheStart() async throws {
        let replica = try Replica()
        try DurableFile.replace(replica.folder.path + "/extranonce", with: Array("many".utf8))
        await #expect(throws: SystemError.self) { try await replica.run { _ in } }
    }

    @Test func oneFolderIsForOneProcess() async throws {
        let replica = try Replica()
        try await replica.run { _ in
            await #expect(throws: SystemError.self) { try await replica.run { _ in } }
        }
    }
}
