import Foundation
import JSON
import System
import TestSupport
import Testing

extension EndToEndTests {
    /// Rows S0-2 and S0-14 to S0-19: our own miner, and one written from the protocol's page alone.
    @Suite struct MinerProcessTests {
        /// Hard enough that a miner of one core finds a few shares, each a block, a second.
        private static let settings = ["pool.share_difficulty": "0.1", "bins.target_seconds": "1"]

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func lodeMineEarnsThroughARestartOfThePool(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolUnderTest.start(topology, settings: Self.settings)
            let scratch = try ScratchFolder("miner")
            let address = try await pool.node.newAddress()
            let miner = try await TestProcess(
                PoolUnderTest.binary,
                ["mine", "--url", pool.url, "--address", address, "--worker", "rig1", "--threads", "1"],
                outputPath: scratch.path + "/miner.log"
            )
            let watcher = BinsClient(url: pool.url, payee: .address(address))
            try await watcher.join(worker: "rig1")
            try await Patience.wait(for: "the miner's shares", atMost: .seconds(60)) {
                try await watcher.acceptedCount() >= 3
            }
            for command in topology.commands { await pool.kill(command) }
            for command in topology.commands { try await pool.start(command) }
            try await pool.waitForJob()
            let before = try await watcher.acceptedCount()
            try await Patience.wait(for: "shares after the restart", atMost: .seconds(90)) {
                try await watcher.acceptedCount() >= before + 3
            }
            #expect(try await pool.node.main.height() > 101)
            // Each of its shares is a block, though several may stand for the same height.
            _ = try await pool.status("its shares among the pool's blocks") {
                ($0["previous_blocks"]?.array ?? []).count >= 6
            }
            #expect(await miner.stop() == .exited(status: 0))
            await pool.stop()
        }

        /// At a few hashes a second: nearly every share is a block here.
        @Test(arguments: PoolUnderTest.Topology.allCases)
        func lodeMineEarnsOverStratum(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let scratch = try ScratchFolder("miner")
            let height = try await pool.node.main.height()
            var miners: [(process: TestProcess, account: BinsClient)] = []
            for (scheme, port) in zip(["stratum+tcp", "stratum+ssl"], pool.stratumPorts) {
                let address = try await pool.node.newAddress()
                let words = [
                    "mine", "--url", "\(scheme)://127.0.0.1:\(port)", "--address", address, "--worker", "rig1",
                    "--threads", "1", "--limit", "40",
                ]
                let process = try await TestProcess(
                    PoolUnderTest.binary,
                    words + (scheme == "stratum+ssl" ? ["--insecure"] : []),
                    outputPath: "\(scratch.path)/\(scheme).log"
                )
                let account = BinsClient(url: pool.url, payee: .address(address))
                try await account.join(worker: "rig1")
                miners.append((process, account))
            }
            for (_, account) in miners {
                try await Patience.wait(for: "the miner's shares", atMost: .seconds(60)) {
                    try await account.acceptedCount() >= 5
                }
            }
            for (process, _) in miners { #expect(await process.stop() == .exited(status: 0)) }
            #expect(try await pool.node.main.height() > height)
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aClientWrittenFromThePageAloneIsRefusedAsThePageSays(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let output = try await PageClient.run([
                "refusals", "--url", pool.url, "--public-key", BinsClient.publicKeys[0], "--other-public-key",
                BinsClient.publicKeys[1],
            ])
            let failures = output.text.split(separator: "\n").filter { $0.hasPrefix("FAIL") }
            #expect(failures == [])
            #expect(output.ending == .exited(status: 0), "\(output.text.suffix(1_000))")
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aClientWrittenFromThePageAloneMinesAndIsPaid(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let address = try await pool.node.newAddress()
            let output = try await PageClient.run([
                "mine", "--url", pool.url, "--address", address, "--accepted", "5", "--limit", "20", "--json",
            ])
            #expect(output.ending == .exited(status: 0), "\(output.text.suffix(4_000))")
            let client = BinsClient(url: pool.url, payee: .address(address))
            try await client.join()
            #expect(try await client.acceptedCount() >= 5)
            // Its newest block may be an orphan's rival still: one more for sure, then all of them are buried.
            #expect(try await client.mine(.solves) == ["accepted"])
            try await pool.node.generate(110)
            try await Patience.wait(for: "its payout on the chain", atMost: .seconds(90)) {
                try await pool.node.generate(1)
                return try await client.balance().paid > 0
            }
            let received = try await pool.node.rpc("getreceivedbyaddress", .string(address))
            let paid = try await client.balance().paid
            #expect((received.number?.decimalUnits(places: 8) ?? 0) >= paid)
        }
    }
}

/// The client in `Clients/`, in another language, whose author knew nothing of the pool but its protocol's page.
enum PageClient {
    static func run(
        _ arguments: [String],
        script: String = "bins_client.py"
    ) async throws -> (ending: ChildProcess.Ending?, text: String) {
        let scratch = try ScratchFolder("page-client")
        let path = scratch.path + "/output"
        let program = PoolUnderTest.packageFolder + "/Tests/EndToEndTests/Clients/" + script
        let process = try await TestProcess("/usr/bin/python3", ["-B", program] + arguments, outputPath: path)
        let ending = await process.waitForExit()
        return (ending, (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    }
}

extension BinsClient {
    /// The account's shares, of all its workers of this name.
    func acceptedCount() async throws -> UInt64 {
        guard let status = try? await myStatus() else { return 0 }
        return status["shares"]?["accepted"]?.uint64 ?? 0
    }
}
