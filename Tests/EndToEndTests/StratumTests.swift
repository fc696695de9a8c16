import Foundation
import JSON
import PayoutService
import System
import TestSupport
import Testing

extension EndToEndTests {
    /// Stratum, with a miner that was written from `docs/stratum.md` alone.
    @Suite struct StratumTests {
        /// What a miner may roll of a version, but for bit 28, which regtest's own templates may have.
        private static let rolledBits: UInt64 = 0x0fff_e000

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aStratumMinerIsPaidThroughNewTipsDifficultiesAndARestart(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolUnderTest.start(topology)
            let addresses = [try await pool.node.newAddress(), try await pool.node.newAddress()]
            var miners: [StratumProcess] = []
            for (address, isEncrypted) in zip(addresses, [false, true]) {
                // The one in TLS rolls versions too.
                miners.append(
                    try await StratumProcess(
                        pool,
                        user: address + ".rig",
                        isEncrypted: isEncrypted,
                        isRolling: isEncrypted
                    )
                )
            }
            for miner in miners {
                try await miner.wait(forAccepted: 10)
                try await miner.waitForAnotherDifficulty()
            }
            for command in topology.commands.reversed() { await pool.terminate(command) }
            for command in topology.commands { try await pool.start(command) }
            for miner in miners {
                let before = miner.accepted
                try await miner.wait(forAccepted: before + 10)
            }
            for (miner, address) in zip(miners, addresses) {
                let end = try await miner.stop()
                #expect(end["wrong"] == [], "\(miner.text.suffix(3_000))")
                #expect(end["tips"]?.uint64 ?? 0 > 0, "\(miner.text.suffix(3_000))")
                #expect(end["difficulty_changes"]?.uint64 ?? 0 > 0, "\(miner.text.prefix(6_000))")
                try await miner.expectLedger(pool, address: address, end)
                // On regtest nearly every share is a block; several may stand for one height.
                let blocks = try #require(end["blocks"]?.array)
                var versions: [UInt64] = []
                for hash in blocks {
                    let header = try? await pool.node.rpc("getblockheader", hash)
                    guard let count = header?["confirmations"]?.number?.double, count > 0 else { continue }
                    versions.append(header?["version"]?.uint64 ?? 0)
                }
                #expect(!versions.isEmpty, "\(blocks.count) blocks")
                let isRolled = versions.contains { $0 & Self.rolledBits != 0 }
                #expect(isRolled == miner.isRolling, "\(versions)")
            }
            try await pool.node.generate(110)
            for address in addresses {
                try await Patience.wait(for: "a payout on the chain", atMost: .seconds(90)) {
                    try await pool.node.generate(1)
                    let received = try await pool.node.rpc("getreceivedbyaddress", .string(address))
                    return received.number?.decimalUnits(places: 8) ?? 0 > 0
                }
            }
            await pool.stop()
        }

        @Test(
            arguments: PoolUnderTest.Topology.allCases.flatMap { topology in topology.commands.map { (topology, $0) } }
        )
        func anyProcessMayBeKilledWhileStratumSharesFlow(topology: PoolUnderTest.Topology, command: String) async throws
        {
            let pool = try await PoolShelf.pool(topology)
            let address = try await pool.node.newAddress()
            let isEncrypted = command == "gateway"
            let miner = try await StratumProcess(
                pool,
                user: address + ".rig",
                isEncrypted: isEncrypted,
                isRolling: !isEncrypted
            )
            try await miner.wait(forAccepted: 10)
            await pool.kill(command)
            try await pool.start(command)
            try await miner.wait(forAccepted: miner.accepted + 10)
            let end = try await miner.stop()
            #expect(end["wrong"] == [], "\(miner.text.suffix(3_000))")
            try await miner.expectLedger(pool, address: address, end)
        }

        /// Each refusal of the page by the judge itself, for a share that earns it.
        @Test(arguments: PoolUnderTest.Topology.allCases, [false, true])
        func everyRefusalOfThePageIsEarned(topology: PoolUnderTest.Topology, isEncrypted: Bool) async throws {
            let pool = try await PoolShelf.pool(topology)
            let address = try await pool.node.newAddress()
            let output = try await PageClient.run(
                [
                    "--port", "\(pool.stratumPorts[isEncrypted ? 1 : 0])", "--user", address + ".rig",
                    "--source", isEncrypted ? "127.0.7.2" : "127.0.7.1", "--difficulty", PoolUnderTest.easiest,
                ] + (isEncrypted ? ["--tls"] : []),
                script: "stratum_refusals.py"
            )
            let failures = output.text.split(separator: "\n").filter { !$0.hasPrefix("ok") }
            #expect(failures == [] && output.ending == .exited(status: 0), "\(output.text.suffix(3_000))")
        }
    }
}

/// `Clients/stratum_client.py` at work.
struct StratumProcess: Sendable {
    let isRolling: Bool
    private let process: TestProcess
    private let scratch: ScratchFolder

    init(_ pool: PoolUnderTest, user: String, isEncrypted: Bool, isRolling: Bool) async throws {
        self.isRolling = isRolling
        scratch = try ScratchFolder("stratum-client")
        let script = PoolUnderTest.packageFolder + "/Tests/EndToEndTests/Clients/stratum_client.py"
        let port = "\(pool.stratumPorts[isEncrypted ? 1 : 0])"
        process = try await TestProcess(
            "/usr/bin/python3",
            ["-B", script, "--port", port, "--user", user, "--limit", "100", "--seconds", "300"]
                + (isEncrypted ? ["--tls"] : []) + (isRolling ? ["--roll"] : []),
            outputPath: scratch.path + "/output"
        )
    }

    /// What it printed so far.
    var text: String { (try? String(contentsOfFile: scratch.path + "/output", encoding: .utf8)) ?? "" }

    var accepted: Int { text.split(separator: "\n").count { $0.contains(#""event": "accepted""#) } }

    func wait(forAccepted count: Int) async throws {
        do {
            try await Patience.wait(for: "\(count) accepted shares", atMost: .seconds(90)) { accepted >= count }
        } catch {
            print(text.suffix(4_000))
            throw error
        }
    }

    /// Ten shares may be found before its speed is known.
    func waitForAnotherDifficulty() async throws {
        try await Patience.wait(for: "another difficulty", atMost: .seconds(90)) {
            Set(text.split(separator: "\n").filter { $0.contains(#""event": "difficulty""#) }).count > 1
        }
    }

    /// Asks it to end, which it does when all its shares are answered.
    ///
    /// - Returns: What it counted.
    func stop() async throws -> JSON {
        _ = await process.stop(patience: .seconds(60))
        let last = try #require(
            text.split(separator: "\n").last { $0.contains(#""event": "end""#) },
            "\(text.suffix(2_000))"
        )
        return try JSON(parsing: Array(last.utf8))
    }

    /// Every share that was acknowledged is in the ledger once, and none that was not sent.
    func expectLedger(_ pool: PoolUnderTest, address: String, _ end: JSON) async throws {
        let client = BinsClient(url: pool.url, payee: .address(address))
        try await client.join(worker: "rig")
        let acknowledged = (end["accepted"]?.uint64 ?? 0) + (end["recorded before"]?.uint64 ?? 0)
        // What got no answer, or that nobody could record it just now, may be there or not. So may one that is stale by now: a
        // killed service may have had it recorded before, and the call that is repeated finds a new tip.
        let uncertain = ["uncertain", "unavailable", "stale"].reduce(0) { $0 + (end[$1]?.uint64 ?? 0) }
        try await Patience.wait(for: "every acknowledged share in the ledger", atMost: .seconds(60)) {
            try await client.acceptedCount() >= acknowledged
        }
        let recorded = try await client.acceptedCount()
        #expect(recorded >= acknowledged && recorded <= acknowledged + uncertain, "\(end)")
        let audit = try await pool.audit()
        #expect(audit.imbalance == 0)
        #expect(audit.findings == [])
    }
}
