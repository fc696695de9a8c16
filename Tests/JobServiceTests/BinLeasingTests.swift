import Bins
import BlockFormat
import Cryptography
import Hashing
import JobService
import Messages
import MiningDomain
import ServiceRuntime
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct BinLeasingTests {
    @Test func aLeaseIsSignedAndSaysWhatItIs() async throws {
        let replica = try Replica(number: 3)
        try await replica.run { life in
            let job = try #require(await life.jobs(1).first)
            let request = LeaseBinRequest(client: Replica.client(1), hashrate: 20_000)
            let offer = try await life.jobs.leaseBin(request)
            let lease = try #require(offer.lease)
            #expect(lease.jobID == job.jobID && lease.client == Replica.client(1))
            #expect(lease.start == 0 && lease.count == 100_000 && lease.extranonce1 >> 24 == 3)
            #expect(lease.shareTarget == job.shareTarget && lease.time >= job.minimumTime)
            #expect(lease.expiresAtMs == lease.issuedAtMs + 30_000 && offer.expectedDurationMs == 5_000)
            let key = try #require(Replica.key)
            let body = Array(offer.signedLease.dropLast(32))
            #expect(key.isValid(offer.signedLease.suffix(32), for: body))
            #expect(try Lease(decoding: body) == lease)
        }
    }

    /// Header and proof as a miner and the share service make them from the lease alone.
    @Test func aLeaseIsEnoughToFindABlock() async throws {
        let replica = try Replica()
        try await replica.run { life in
            let job = try #require(await life.jobs(1).first)
            let lease = try #require(try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1))).lease)
            let recipe = HeaderRecipe(
                version: job.version,
                previousHash: try #require(Hash256(job.previousHash)),
                bits: job.bits,
                coinbase1: job.coinbase1,
                coinbase2: job.coinbase2,
                merkleBranch: job.merkleBranch.compactMap { Hash256($0) }
            )
            let target = try #require(Target(bigEndian: job.networkTarget))
            let solved = (0..<1_000).contains { nonce in
                let header = recipe.header(
                    extranonce1: lease.extranonce1,
                    extranonce2: UInt32(lease.start >> 32),
                    time: lease.time,
                    nonce: UInt32(nonce)
                )
                return target.isMet(by: ProofAlgorithm.scrypt.hash(header: header))
            }
            #expect(solved)
        }
    }

    @Test func manyAtOnceNeverOverlap() async throws {
        let replica = try Replica()
        try await replica.run { life in
            _ = await life.jobs(1)
            let leases = try await withThrowingTaskGroup { group in
                for number in UInt8(0)..<200 {
                    group.addTask {
                        try await (0..<5).asyncMap { _ in
                            try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(number))).lease
                        }
                    }
                }
                return try await group.reduce(into: [Lease]()) { $0 += $1.compactMap(\.self) }
            }
            let unique = Set(leases).sorted { $0.start < $1.start }
            #expect(unique.count >= 200 && Set(unique.map(\.leaseID)).count == unique.count)
            for (one, next) in zip(unique, unique.dropFirst()) { #expect(one.start + one.count <= next.start) }
        }
    }

    @Test func reportsBringTheNextBinAndTheSpeed() async throws {
        let replica = try Replica()
        try await replica.run { life in
            let job = try #require(await life.jobs(1).first)
            let client = Replica.client(1)
            await expect(.notFound) { try await life.jobs.getClientSpeed(GetClientSpeedRequest(client: client)) }
            let offer = try await life.jobs.leaseBin(LeaseBinRequest(client: client, hashrate: 20_000))
            await replica.pass(seconds: 5)
            let report = ReportBinRequest(signedLease: offer.signedLease, client: client, done: true)
            let reply = try await life.jobs.reportBin(report)
            #expect(reply.currentJobID == job.jobID)
            let next = try #require(reply.nextBin)
            #expect(next.lease?.start == 100_000)
            #expect(try await life.jobs.leaseBin(LeaseBinRequest(client: client)) == next)
            let speed = try await life.jobs.getClientSpeed(GetClientSpeedRequest(client: client))
            #expect(speed.hashrate == 20_000 && speed.binSize == 100_000)
            #expect(speed.seenAtMs == replica.clock.unixMilliseconds)
            await replica.pass(seconds: 1)
            let pool = try await life.jobs.getPoolSpeed(Empty())
            #expect(pool == PoolSpeed(hashrate: 20_000, clients: 1, workers: 1, binsLeased: 2))
            let figures = life.surroundings.metrics.exposition
            #expect(figures.contains("lode_bins_leased_total 2") && figures.contains("lode_bins_completed_total 1"))
        }
    }

    @Test func whatWasNotSignedHereIsRefused() async throws {
        let replica = try Replica()
        try await replica.run { life in
            _ = await life.jobs(1)
            let client = Replica.client(1)
            let offer = try await life.jobs.leaseBin(LeaseBinRequest(client: client))
            for position in [0, 8, offer.signedLease.count - 33, offer.signedLease.count - 1] {
                var forged = offer.signedLease
                forged[position] ^= 1
                await expect(.invalidArgument) {
                    try await life.jobs.reportBin(ReportBinRequest(signedLease: forged, client: client, done: true))
                }
            }
            for short in [[], [UInt8](repeating: 0, count: 32), Array(offer.signedLease.dropLast())] {
                await expect(.invalidArgument) {
                    try await life.jobs.reportBin(ReportBinRequest(signedLease: short, client: client))
                }
            }
            // Somebody else's lease earns nothing, and harms nobody.
            let stranger = ReportBinRequest(signedLease: offer.signedLease, client: Replica.client(2), done: true)
            #expect(try await life.jobs.reportBin(stranger).nextBin == nil)
            await expect(.notFound) {
                try await life.jobs.getClientSpeed(GetClientSpeedRequest(client: Replica.client(2)))
            }
        }
    }

    @Test func clientsMustBeWhole() async throws {
        let replica = try Replica()
        try await replica.run { life in
            _ = await life.jobs(1)
            let good = Replica.client(1)
            for client in [
                nil, Client(), Client(address: "", worker: good.worker, clientID: good.clientID),
                Client(address: String(repeating: "x", count: 101), worker: good.worker, clientID: good.clientID),
                Client(address: good.address, worker: "", clientID: good.clientID),
                Client(address: good.address, worker: "a b", clientID: good.clientID),
                Client(address: good.address, worker: good.worker, clientID: Array(good.clientID.dropLast())),
            ] {
                await expect(.invalidArgument) { try await life.jobs.leaseBin(LeaseBinRequest(client: client)) }
            }
        }
    }

    @Test func theTableOfClientsIsBounded() async throws {
        let replica = try Replica { $0.bins.clientCountMax = 10 }
        try await replica.run { life in
            _ = await life.jobs(1)
            // The one too many takes the place of the oldest that has shown no work.
            for number in UInt8(0)...10 {
                _ = try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(number)))
            }
            await replica.pass(seconds: 2)
            #expect(try await life.jobs.getPoolSpeed(Empty()).clients == 10)
        }
    }

    @Test func expiredBinsAreGivenToOthers() async throws {
        let replica = try Replica { $0.refreshInterval = .seconds(600) }
        try await replica.run { life in
            _ = await life.jobs(1)
            let first = try #require(try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(1))).lease)
            await replica.pass(seconds: 62)
            let second = try #require(try await life.jobs.leaseBin(LeaseBinRequest(client: Replica.client(2))).lease)
            #expect(second.start == first.start && second.count == first.count && second.time > first.time)
            #expect(life.surroundings.metrics.exposition.contains("lode_bins_reissued_total 1"))
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
