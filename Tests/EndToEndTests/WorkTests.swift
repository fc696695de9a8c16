import Hashing
import JSON
import TestSupport
import Testing

extension EndToEndTests {
    /// Rows S0-1, S0-3, S0-6, S0-15, S0-16, S0-19, S0-20 to S0-24, S0-30.
    @Suite struct WorkTests {
        @Test(arguments: PoolUnderTest.Topology.allCases)
        func theJobIsTheNodesOwnTemplate(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            try await pool.node.generate(1)
            let tip = try await pool.node.main.bestBlockHash()
            let height = try await pool.node.main.height()
            try await Patience.wait(for: "a job on the new tip") {
                try await client.job().previousBlockHash == tip
            }
            let job = try await client.job()
            #expect(job.height == height + 1)
            let status = try await client.status()
            #expect(status["height"]?.uint32 == height + 1)
            #expect(status["job_id"]?.string == job.id || status["job_id"]?.string != nil)
            #expect(try await client.get("/getblock?job_id=0123456789abcdef").status == 404)
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func binsOfOneJobNeverOverlap(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            var bins: [MinerBin] = []
            for key in BinsClient.publicKeys {
                let client = BinsClient(url: pool.url, payee: .publicKey(key))
                for worker in ["a", "b"] {
                    try await client.join(worker: worker)
                    let bin = try await client.bin()
                    _ = try await client.submit([], in: bin.lease, done: true)
                    bins += [bin, try await client.bin()]
                }
            }
            for (index, bin) in bins.enumerated() {
                for other in bins[(index + 1)...] { #expect(!bin.overlaps(other)) }
            }
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aFasterClientGetsLargerBinsAndASlowerOneSmaller(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let fast = BinsClient(url: pool.url, payee: .publicKey(BinsClient.publicKeys[0]))
            let slow = BinsClient(url: pool.url, payee: .publicKey(BinsClient.publicKeys[1]))
            try await fast.join(worker: "fast")
            try await slow.join(worker: "slow")
            // One says at once that its bin is done, the other never comes to an end.
            var fastBin = try await fast.bin()
            let slowBin = try await slow.bin()
            for _ in 0..<4 {
                _ = try await fast.submit([], in: fastBin.lease, done: true)
                fastBin = try await fast.bin()
            }
            #expect(fastBin.size > slowBin.size)
            #expect(fastBin.size >= 16 * slowBin.size, "growth is bounded, but four steps must show")
            let status = try await fast.myStatus()
            #expect(status["bin_size"]?.uint64 == fastBin.size)
            #expect((status["hashrate"]?.uint64 ?? 0) > 0)
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aVeryFastClientGetsWholeExtranonces(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            try await client.join(worker: "asic")
            let bin = try await client.bin(hashrate: 100_000_000_000)
            #expect(bin.nonceCount == 4_294_967_295 || bin.nonceCount == 4_294_967_296)
            #expect(bin.extranonce2Count > 1)
            #expect(bin.nonceStart == 0)
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aNewTipMakesOldWorkStale(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            try await client.join()
            let (bin, hits) = try await client.find(.share)
            try await pool.node.generate(1)
            try await Patience.wait(for: "a new job") { try await client.job().id != bin.jobID }
            let tip = try await pool.node.main.bestBlockHash()
            try await Patience.wait(for: "the new tip's job") { try await client.job().previousBlockHash == tip }
            let reply = try await client.submit(hits, in: bin.lease)
            #expect(reply.verdicts == ["stale"])
            #expect(reply.json["current_job_id"]?.string != bin.jobID)
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func theNextBinIsOfferedAheadOfNeed(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            try await client.join(worker: "eager")
            let bin = try await client.bin()
            let reply = try await client.submit([], in: bin.lease, done: true)
            let next = try #require(reply.json["next_bin"].flatMap(MinerBin.init), "\(reply.text)")
            #expect(!next.overlaps(bin))
            #expect(next.lease != bin.lease)
        }
    }
}
