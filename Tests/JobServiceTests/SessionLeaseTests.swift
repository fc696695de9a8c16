import Bins
import Cryptography
import JobService
import Messages
import MiningDomain
import ServiceRuntime
import Synchronization
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SessionLeaseTests {
    private static let dayMs: UInt64 = 86_400_000

    @Test func aSessionHasAnExtranonce1ToItself() async throws {
        let replica = try Replica(number: 3)
        try await replica.run { life in
            _ = await life.jobs(1)
            let bin = try #require(try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1))).lease)
            let offers = try await life.jobs.leaseSessions(LeaseSessionsRequest(count: 1_000)).offers
            let leases = offers.compactMap(\.lease)
            #expect(leases.count == 1_000 && Set(leases.map(\.leaseID)).count == 1_000)
            #expect(Set(leases.map(\.extranonce1) + [bin.extranonce1]).count == 1_001)
            let nowMs = replica.clock.unixMilliseconds
            #expect(leases.allSatisfy { $0.extranonce1 >> 24 == 3 && $0.issuedAtMs == nowMs })
            #expect(leases.allSatisfy { $0.expiresAtMs == nowMs + Self.dayMs })
            let key = try #require(Replica.key?.derived(for: SessionLease.keyLabel))
            for offer in offers {
                let body = Array(offer.signedLease.dropLast(32))
                #expect(key.isValid(offer.signedLease.suffix(32), for: body))
                #expect(try SessionLease(decoding: body) == offer.lease)
            }
            #expect(life.surroundings.metrics.exposition.contains("lode_sessions_leased_total 1000"))
        }
    }

    @Test(arguments: [0, 1_001, .max] as [UInt32])
    func oneCallIsBounded(count: UInt32) async throws {
        let replica = try Replica()
        try await replica.run { life in
            await expect(.invalidArgument) { try await life.jobs.leaseSessions(LeaseSessionsRequest(count: count)) }
            let leases = [[UInt8]](repeating: [1], count: min(Int(count), 1_001))
            await expect(.invalidArgument) {
                try await life.jobs.renewSessions(RenewSessionsRequest(signedLeases: leases))
            }
        }
    }

    @Test func aRenewedLeaseIsTheSameForLonger() async throws {
        let replica = try Replica()
        let kept = Mutex<[SessionOffer]>([])
        try await replica.run { life in
            let offers = try await life.jobs.leaseSessions(LeaseSessionsRequest(count: 2)).offers
            kept.withLock { $0 = offers }
        }
        replica.clock.advance(by: .milliseconds(Int64(Self.dayMs) - 1))
        try await replica.run { life in
            let old = kept.withLock(\.self)
            let request = RenewSessionsRequest(signedLeases: old.map(\.signedLease))
            let new = try await life.jobs.renewSessions(request).offers
            #expect(new.map(\.lease?.extranonce1) == old.map(\.lease?.extranonce1))
            #expect(new.map(\.lease?.leaseID) == old.map(\.lease?.leaseID))
            #expect(new.allSatisfy { $0.lease?.expiresAtMs == replica.clock.unixMilliseconds + Self.dayMs })
            replica.clock.advance(by: .milliseconds(1))
            // The first ones have ended; their renewals have not.
            let late = RenewSessionsRequest(signedLeases: (old + new).map(\.signedLease))
            #expect(
                try await life.jobs.renewSessions(late).offers.map { $0.lease != nil } == [false, false, true, true]
            )
        }
    }

    @Test func whatIsNoSessionLeaseOfThisReplicaIsNotRenewed() async throws {
        let replica = try Replica(number: 1)
        let other = try Replica(number: 2)
        let foreign = Mutex<[UInt8]>([])
        try await other.run { life in
            let offer = try await life.jobs.leaseSessions(LeaseSessionsRequest(count: 1)).offers.first
            foreign.withLock { $0 = offer?.signedLease ?? [] }
        }
        try await replica.run { life in
            _ = await life.jobs(1)
            let good = try #require(try await life.jobs.leaseSessions(LeaseSessionsRequest(count: 1)).offers.first)
            let bin = try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
            var forged = good.signedLease
            forged[10] ^= 1
            // A bin's bytes under the bins' key, and a session's under the same: the key is what tells them apart.
            let body = Array(good.signedLease.dropLast(32))
            let crossed = body + (try #require(Replica.key)).code(for: body)
            let request = RenewSessionsRequest(
                signedLeases: [forged, foreign.withLock(\.self), bin.signedLease, crossed, [], good.signedLease]
            )
            let offers = try await life.jobs.renewSessions(request).offers
            #expect(offers.map { $0.lease != nil } == [false, false, false, false, false, true])
            await expect(.invalidArgument) {
                try await life.jobs.reportBin(
                    ReportBinRequest(signedLease: good.signedLease, client: Replica.client(1))
                )
            }
        }
    }

    @Test func aDiskThatRefusesStopsLeasesAndNothingElse() async throws {
        let replica = try Replica()
        try await replica.run { life in
            _ = await life.jobs(1)
            let path = replica.folder.path + "/extranonce"
            try DurableFile.remove(path)
            try Folder.create(path)
            await expect(.unavailable) { try await life.jobs.leaseSessions(LeaseSessionsRequest(count: 1_000)) }
            _ = try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
            try Folder.removeTree(path)
            _ = try await life.jobs.leaseSessions(LeaseSessionsRequest(count: 1_000))
        }
    }

    @Test func whenEveryValueIsInUseCallersAreToldToWait() async throws {
        let replica = try Replica()
        // Every segment but the last was used up just now.
        var space = ExtranonceSpace(ExtranonceRecord(), settlingMs: 0)
        let nowMs = replica.clock.unixMilliseconds
        for _ in 0..<ExtranonceRecord.segmentCount {
            _ = space.take(Int(ExtranonceRecord.segmentSize), untilMs: nowMs + Self.dayMs, nowMs: nowMs)
        }
        let full = space.record.description.replacing("used 65536", with: "used 65000")
        try DurableFile.replace(replica.folder.path + "/extranonce", with: Array(full.utf8))
        try await replica.run { life in
            await expect(.resourceExhausted) { try await life.jobs.leaseSessions(LeaseSessionsRequest(count: 1_000)) }
            // What is left goes to those who want less.
            _ = try await life.jobs.leaseSessions(LeaseSessionsRequest(count: 500))
        }
    }

    @Test func binsKeepTheirExtranonce1ForAsLongAsTheyLike() async throws {
        let replica = try Replica { $0.refreshInterval = .seconds(600) }
        try await replica.run { life in
            _ = await life.jobs(1)
            _ = try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1)))
            let before = try DurableFile.read(replica.folder.path + "/extranonce", byteCountMax: 4_096)
            replica.clock.advance(by: .seconds(7_200))
            let bin = try #require(try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(2))).lease)
            let after = try DurableFile.read(replica.folder.path + "/extranonce", byteCountMax: 4_096)
            let record = try #require(ExtranonceRecord(String(decoding: after, as: UTF8.self)))
            #expect(before != after && record.endMs(0) >= bin.expiresAtMs)
        }
    }
}
