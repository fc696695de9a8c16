import JSON
import TestSupport
import Testing

extension EndToEndTests {
    /// Rows S0-7, S0-9, S0-11, S0-17, S0-18, S0-25, S0-26.
    @Suite struct SharesTests {
        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aShareIsJudgedAndCountedOnce(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url, payee: .publicKey(BinsClient.publicKeys[2]))
            try await client.join(worker: "counted-\(topology.rawValue)")
            let (bin, hits) = try await client.find(.share, count: 3)
            #expect(try await client.submit(hits, in: bin.lease).verdicts == ["accepted", "accepted", "accepted"])
            #expect(try await client.submit(hits, in: bin.lease).verdicts == ["duplicate", "duplicate", "duplicate"])
            let shares = try await client.myStatus()["shares"]
            #expect(shares?["accepted"]?.uint64 == 3)
            try await Patience.wait(for: "the refusals to be counted") {
                try await client.myStatus()["shares"]?["rejected"]?.uint64 == 3
            }
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func oneRefusedHashDoesNotRefuseItsNeighbours(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            try await client.join()
            let bin = try await client.bin()
            let job = try await client.job(bin.jobID)
            let good = try job.search(bin, .share)[0]
            let miss = try job.search(bin, .miss)[0]
            let past = MinerHit(
                extranonce2: UInt32(bin.extranonce2Start),
                nonce: UInt32(bin.nonceStart + bin.nonceCount)
            )
            let outside = try job.outside(bin, from: past, .share)
            let reply = try await client.submit([miss, outside, good, good], in: bin.lease)
            #expect(reply.verdicts == ["low_difficulty", "outside_bin", "accepted", "duplicate"])
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aHashOfAnothersBinIsOutsideOnesOwn(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let owner = BinsClient(url: pool.url, payee: .publicKey(BinsClient.publicKeys[0]))
            let thief = BinsClient(url: pool.url, payee: .publicKey(BinsClient.publicKeys[1]))
            try await owner.join()
            try await thief.join()
            let (bin, hits) = try await owner.find(.share)
            #expect(try await thief.submit(hits, in: bin.lease).verdicts == ["outside_bin"])
            #expect(try await owner.submit(hits, in: bin.lease).verdicts == ["accepted"])
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aForgedBinIsRefusedByName(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            try await client.join()
            let (bin, hits) = try await client.find(.share)
            let letter = bin.lease.last == "A" ? "B" : "A"
            for forged in [String(bin.lease.dropLast(2)) + letter + "A", "forged", ""] {
                let reply = try await client.submit(hits, in: forged)
                #expect(reply.status == 400)
                #expect(reply.errorMessage.contains("bin"))
            }
        }
    }
}

extension MinerJob {
    /// A hash of this kind at or after `start`, whatever the bin's bounds.
    func outside(_ bin: MinerBin, from start: MinerHit, _ kind: HitKind) throws -> MinerHit {
        for nonce in start.nonce..<(start.nonce + 1_000) {
            let hit = MinerHit(extranonce2: start.extranonce2, nonce: nonce)
            if self.kind(of: hit, in: bin) == kind { return hit }
        }
        throw EndToEndError.nothingFound("no hash of kind \(kind) after the bin")
    }
}
