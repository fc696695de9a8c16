import Hashing
import JSON
import PayoutService
import System
import TestSupport
import Testing

extension EndToEndTests {
    /// Rows S0-11 and the promise that an acknowledged share is never lost or counted twice.
    @Suite struct CrashTests {
        @Test(
            arguments: PoolUnderTest.Topology.allCases.flatMap { topology in topology.commands.map { (topology, $0) } }
        )
        func anyProcessMayBeKilledWhileMinersWork(topology: PoolUnderTest.Topology, command: String) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url, payee: .address(try await pool.node.newAddress()))
            try await client.join(worker: "crash")
            let miner = AcknowledgedShares(client)
            try await miner.mine(untilAcknowledged: 10)
            let working = Task { try await miner.mineUntilCancelled() }
            await pool.kill(command)
            try await pool.start(command)
            let before = await miner.acknowledged
            try await Patience.wait(for: "shares to be accepted again", atMost: .seconds(60)) {
                await miner.acknowledged >= before + 10
            }
            working.cancel()
            try await working.value
            let acknowledged = await miner.acknowledged
            let uncertain = await miner.uncertain
            // What was sent and never answered may have been recorded or not; what was answered must be there, once.
            try await Patience.wait(for: "every acknowledged share in the ledger", atMost: .seconds(60)) {
                try await client.myStatus()["shares"]?["accepted"]?.uint64 ?? 0 >= acknowledged
            }
            let recorded = try await client.myStatus()["shares"]?["accepted"]?.uint64 ?? 0
            #expect(recorded >= acknowledged)
            #expect(recorded <= acknowledged + uncertain)
            let audit = try await pool.audit()
            #expect(audit.imbalance == 0)
            #expect(audit.findings == [])
        }

        @Test func oneProofIsCreditedOnceWhateverItsSpellingReplicaAndRestart() async throws {
            let pool = try await PoolUnderTest.start(.fiveProcesses, withTwoShareServices: true)
            let client = BinsClient(url: pool.url, payee: .address(try await pool.node.newAddress()))
            try await client.join()
            let (bin, hits) = try await client.find(.share)
            let hash = try await client.job(bin.jobID).proofHash(of: hits[0], in: bin).hex
            #expect(try await client.submit(hits, in: bin.lease).verdicts == ["accepted"])
            // Calls go round the replicas: each of the two judges some of these.
            for claimed in [nil, hash, hash.uppercased(), nil] {
                #expect(try await client.submit(hits, in: bin.lease, claiming: claimed).verdicts == ["duplicate"])
            }
            for command in ["shares", PoolUnderTest.secondShares] {
                await pool.kill(command)
                try await pool.start(command)
            }
            for claimed in [nil, hash.uppercased(), nil] {
                let reply = try await client.submitUntilJudged(hits, in: bin.lease, claiming: claimed)
                #expect(reply.verdicts == ["duplicate"])
            }
            #expect(try await client.acceptedCount() == 1)
            await pool.stop()
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aStopAskedForIsGraceful(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolUnderTest.start(topology)
            let client = BinsClient(url: pool.url)
            try await client.join()
            #expect(try await client.mine(.share) == ["accepted"])
            for command in topology.commands.reversed() {
                #expect(await pool.terminate(command) == .exited(status: 0), "\(command) ends with status 0")
            }
            await pool.stop()
        }
    }
}

/// A miner that remembers what it was promised.
actor AcknowledgedShares {
    private let client: BinsClient
    private(set) var acknowledged: UInt64 = 0
    /// Sent, with no answer that told what became of them.
    private(set) var uncertain: UInt64 = 0

    init(_ client: BinsClient) {
        self.client = client
    }

    func mine(untilAcknowledged count: UInt64) async throws {
        try await Patience.wait(for: "\(count) shares", atMost: .seconds(60)) {
            await mineOnce()
            return acknowledged >= count
        }
    }

    func mineUntilCancelled() async throws {
        while !Task.isCancelled {
            await mineOnce()
            try? await Task.sleep(for: .milliseconds(5))  // a miner's pace, not a wait for anything
        }
    }

    private func mineOnce() async {
        guard let (bin, hits) = try? await client.find(.share) else { return }
        guard let reply = try? await client.submit(hits, in: bin.lease), reply.status == 200 else {
            uncertain += 1
            return
        }
        acknowledged += UInt64(reply.verdicts.count { $0 == "accepted" })
    }
}
