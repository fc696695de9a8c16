import JSON
import TestSupport
import Testing

/// The tests' own node, without which no other test of a chain means anything.
@Suite struct RegtestNodeTests {
    @Test func cutApartTheNodesGoTheirOwnWayAndTheLongerChainWins() async throws {
        let node = try await RegtestNode.start()
        let address = try await node.newAddress()
        try await node.cut()
        let lost = try await node.generate(2)
        try await node.peer.generate(3, to: address)
        #expect(try await node.main.bestBlockHash() == lost[1])
        try await node.join()
        #expect(try await node.main.height() == 4)
        let header = try await node.rpc("getblockheader", .string(lost[1]))
        #expect(header["confirmations"]?.int64 == -1)
        await node.stop()
    }

    @Test func templatesAreGivenBelowAndAboveTheExtensionBlocksHeight() async throws {
        let node = try await RegtestNode.start()
        let below = try await node.rpc("getblocktemplate", ["rules": ["mweb", "segwit"]])
        #expect(below["height"]?.uint32 == 2)
        #expect(below["mweb"] == nil)
        try await node.activateMWEB()
        let above = try await node.rpc("getblocktemplate", ["rules": ["mweb", "segwit"]])
        #expect(above["height"]?.uint32 == 434)
        #expect(above["mweb"]?.string?.isEmpty == false)
    }

    @Test func aNodeCanDieAndReturnAndFreeze() async throws {
        let node = try await RegtestDaemon.start(.litecoin)
        await node.kill()
        #expect(!node.isRunning)
        await #expect(throws: (any Error).self) { try await node.rpc("getblockcount") }
        try await node.start()
        #expect(try await node.height() == 0)
    }
}
