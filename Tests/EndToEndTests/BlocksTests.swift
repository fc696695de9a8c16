import JSON
import TestSupport
import Testing

extension EndToEndTests {
    /// Rows S0-8, S0-12, S0-13, S0-27 to S0-29.
    @Suite struct BlocksTests {
        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aSolvedBlockIsOnTheChainAndShownAsAccepted(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let client = BinsClient(url: pool.url)
            try await client.join()
            let before = try await pool.node.main.height()
            let (bin, hits) = try await client.find(.solves)
            let reply = try await client.submit(hits, in: bin.lease)
            #expect(reply.verdicts == ["accepted"])
            #expect(reply.json["results"]?.array?.first?["block"]?.bool == true)
            try await Patience.wait(for: "the block") { try await pool.node.main.height() > before }
            let hash = try await pool.node.main.bestBlockHash()
            _ = try await pool.status("ACCEPTED") { $0.state(of: hash) == "ACCEPTED" }
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aSolvedBlockIsSubmittedEvenWhenTheShareIsRefused(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let owner = BinsClient(url: pool.url, payee: .publicKey(BinsClient.publicKeys[0]))
            let other = BinsClient(url: pool.url, payee: .publicKey(BinsClient.publicKeys[1]))
            try await owner.join()
            try await other.join()
            let before = try await pool.node.main.height()
            let (bin, hits) = try await owner.find(.solves)
            let reply = try await other.submit(hits, in: bin.lease)
            #expect(reply.verdicts == ["outside_bin"])
            #expect(reply.json["results"]?.array?.first?["block"]?.bool == true)
            try await Patience.wait(for: "the block") { try await pool.node.main.height() > before }
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aBuriedBlockIsSplitAndPaidOnTheChain(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let payees = [try await pool.node.newAddress(), try await pool.node.newAddress()]
            let clients = payees.map { BinsClient(url: pool.url, payee: .address($0)) }
            for (client, shareCount) in zip(clients, [3, 1]) {
                try await client.join()
                for _ in 0..<shareCount { #expect(try await client.mine(.share) == ["accepted"]) }
            }
            #expect(try await clients[0].mine(.solves) == ["accepted"])
            let hash = try await pool.newestBlock()
            try await pool.node.generate(12)
            try await Patience.wait(for: "the immature credit", atMost: .seconds(60)) {
                try await clients[1].balance().immature > 0
            }
            // Four shares, the block's own among them, against one: to the unit that rounding leaves.
            let credits = [try await clients[0].balance().immature, try await clients[1].balance().immature]
            #expect((4 * credits[1] - 4...4 * credits[1] + 4).contains(credits[0]))
            try await pool.node.generate(100)
            _ = try await pool.status("CONFIRMED") { $0.state(of: hash) == "CONFIRMED" }
            try await Patience.wait(for: "both to be paid", atMost: .seconds(90)) {
                try await pool.node.generate(1)
                let balances = [try await clients[0].balance(), try await clients[1].balance()]
                return balances.allSatisfy { $0.paid > 0 && $0.confirmed == 0 }
            }
            for (client, payee) in zip(clients, payees) {
                let received = try await pool.node.rpc("getreceivedbyaddress", .string(payee))
                #expect(received.number?.decimalUnits(places: 8) == (try await client.balance().paid))
            }
            let verified = try await pool.verify()
            #expect(verified.status == 0, "\(verified.output)")
            #expect(verified.output.contains("right  wallet-short"))
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func aBlockThatEndsInAnExtensionBlockIsTaken(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolUnderTest.start(topology, prepare: { try await $0.activateMWEB() })
            let template = try await pool.node.rpc("getblocktemplate", ["rules": ["mweb", "segwit"]])
            #expect(template["mweb"]?.string?.isEmpty == false, "the chain is past the height where MWEB begins")
            let client = BinsClient(url: pool.url)
            try await client.join()
            let before = try await pool.node.main.height()
            #expect(try await client.mine(.solves) == ["accepted"])
            try await Patience.wait(for: "the block") { try await pool.node.main.height() > before }
            let hash = try await pool.node.main.bestBlockHash()
            _ = try await pool.status("ACCEPTED") { $0.state(of: hash) == "ACCEPTED" }
            await pool.stop()
        }

        @Test(arguments: PoolUnderTest.Topology.allCases)
        func anOrphanedBlockIsShownAndCreditsAreReversed(topology: PoolUnderTest.Topology) async throws {
            let pool = try await PoolShelf.pool(topology)
            let address = try await pool.node.newAddress()
            let client = BinsClient(url: pool.url, payee: .address(address))
            try await client.join()
            #expect(try await client.mine(.solves) == ["accepted"])
            let hash = try await pool.newestBlock()
            try await pool.node.synchronise()
            // The peer goes back to before the block and builds the longer chain on its own.
            try await pool.node.cut()
            try await pool.node.peer.rpc("invalidateblock", [.string(hash)])
            let elsewhere = try await pool.node.newAddress()
            try await pool.node.main.generate(11, to: elsewhere)
            try await Patience.wait(for: "the immature credit", atMost: .seconds(60)) {
                try await client.balance().immature > 0
            }
            try await pool.node.peer.generate(14, to: elsewhere)
            try await pool.node.join()
            _ = try await pool.status("ORPHANED") { $0.state(of: hash) == "ORPHANED" }
            try await Patience.wait(for: "the reversal", atMost: .seconds(60)) {
                try await client.balance().immature == 0
            }
            try await pool.waitForJob()
        }
    }
}

extension PoolUnderTest {
    /// The hash of the newest block that the pool knows as its own, once it is accepted.
    func newestBlock() async throws -> String {
        let status = try await status("the block is accepted") {
            $0["previous_blocks"]?.array?.first?["state"]?.string == "ACCEPTED"
        }
        return try #require(status["previous_blocks"]?.array?.first?["hash"]?.string)
    }
}

extension JSON {
    /// The state that `GET /status` gives for a block.
    func state(of hash: String) -> String? {
        self["previous_blocks"]?.array?.first { $0["hash"]?.string == hash }?["state"]?.string
    }
}
