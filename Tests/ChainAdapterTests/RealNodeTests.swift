import BlockFormat
import ChainAdapter
import Cryptography
import Hashing
import JSON
import MiningDomain
import TestSupport
import Testing

/// The adapter against the node that operators run.
@Suite struct RealNodeTests {
    private static func script(_ node: RegtestNode) async throws -> [UInt8] {
        let address = try #require(Address(try await node.newAddress(), on: node.main.network))
        return address.scriptPublicKey
    }

    private static func job(_ number: UInt64) throws -> JobID { try #require(JobID(number)) }

    @Test(arguments: RegtestChain.installed)
    func blocksAreSolvedAndTakenBelowAndAboveTheExtensionBlocksHeight(chain: RegtestChain) async throws {
        let regtest = try await RegtestNode.start(chain)
        let node = regtest.main.node
        let script = try await Self.script(regtest)
        let cases = chain.mwebHeight == nil ? [(UInt32(2), false)] : [(2, false), (434, true)]
        for (height, hasExtensionBlock) in cases {
            if hasExtensionBlock { try await regtest.activateMWEB() }
            let template = try await node.template()
            #expect(template.height == height)
            #expect((template.extensionBlock != nil) == hasExtensionBlock)
            let block = try SolvedBlock(template, on: node.network, rewardScript: script, job: Self.job(1))
            #expect(try await node.submit(block.bytes) == .accepted)
            #expect(try await node.submit(block.bytes) == .duplicate)
            #expect(try await node.blockHash(at: height) == block.hash)
            #expect(try await node.bestBlockHash() == block.hash)
            let header = try #require(try await node.header(of: block.hash))
            #expect(header.confirmations == 1)
            #expect(header.previousHash == template.previousHash)
        }
    }

    @Test(arguments: RegtestChain.installed)
    func transactionsOfTheTemplateComeIntoTheBlock(chain: RegtestChain) async throws {
        let regtest = try await RegtestNode.start(chain, blocks: 101)
        let node = regtest.main.node
        let paid = try await regtest.rpc("sendtoaddress", .string(regtest.newAddress()), 1)
        // The node builds a new template at once for a new tip, but for a new transaction only seconds later.
        try await Patience.wait(for: "the transaction in a template") {
            try await !node.template().transactions.isEmpty
        }
        let template = try await node.template()
        #expect(template.transactions.map(\.identifier.displayHex) == [paid.string])
        let script = try await Self.script(regtest)
        let block = try SolvedBlock(template, on: node.network, rewardScript: script, job: Self.job(1))
        #expect(try await node.submit(block.bytes) == .accepted)
    }

    @Test(arguments: RegtestChain.installed)
    func aLateBlockIsInconclusiveAndABrokenOneRejectedWithTheNodesReason(chain: RegtestChain) async throws {
        let regtest = try await RegtestNode.start(chain)
        let node = regtest.main.node
        let script = try await Self.script(regtest)
        let template = try await node.template()
        let first = try SolvedBlock(template, on: node.network, rewardScript: script, job: Self.job(1))
        let late = try SolvedBlock(template, on: node.network, rewardScript: script, job: Self.job(2))
        #expect(try await node.submit(first.bytes) == .accepted)
        #expect(try await node.submit(late.bytes) == .inconclusive)
        #expect(try await node.header(of: late.hash)?.confirmations == nil)

        let next = try await node.template()
        let good = try SolvedBlock(next, on: node.network, rewardScript: script, job: Self.job(3))
        var wrongRoot = good.bytes
        wrongRoot[40] ^= 1  // in the merkle root; the hash misses the target, or the root its transactions
        guard case .rejected(let reason) = try await node.submit(wrongRoot) else {
            Issue.record("the block was not rejected")
            return
        }
        #expect(["high-hash", "bad-txnmrklroot"].contains(reason))
        guard case .rejected = try await node.submit(Array(good.bytes.prefix(60))) else {
            Issue.record("half a header was not rejected")
            return
        }
        #expect(try await node.blockHash(at: 3) == nil)
        #expect(try await node.header(of: good.hash) == nil)
    }

    @Test(arguments: RegtestChain.installed)
    func aLongPollAnswersWhenTheTipChanges(chain: RegtestChain) async throws {
        let regtest = try await RegtestNode.start(chain)
        let nodes = NodeList([regtest.main.node], surroundings: .test())
        _ = try await nodes.template()
        // The first change is seen without one: who knows what an earlier run has left behind.
        await #expect { try await nodes.template(afterChange: true) } throws: { error in
            if case NodeError.noAnswer = error { true } else { false }
        }
        try await regtest.generate(1)
        let before = try await nodes.template()
        async let next = nodes.template(afterChange: true)
        try await regtest.generate(1)
        let after = try await next
        #expect(after.height == before.height + 1)
    }

    @Test func theNodesTroublesAreToldWithWhatToDo() async throws {
        let daemon = try await RegtestDaemon.start(.litecoin)
        let node = daemon.node
        await #expect { try await node.template() } throws: { error in
            "\(error)".contains("Litecoin Core is not connected!") && "\(error)".contains("addnode")
        }
        let stranger = Node(daemon.endpoint, network: try #require(Network.named("bitcoin-regtest")))
        await #expect { try await stranger.bestBlockHash() } throws: { error in
            guard case NodeError.wrongChain(expected: "bitcoin-regtest", found: _) = error else { return false }
            return true
        }
        let wrongUser = Node(
            NodeEndpoint(name: "n", url: daemon.url, authentication: .password(user: "lode", Secret("no"))),
            network: daemon.network
        )
        await #expect { try await wrongUser.bestBlockHash() } throws: { error in
            guard case NodeError.wrongCredentials = error else { return false }
            return "\(error)".contains("\"lode\"")
        }
        let noCookie = Node(
            NodeEndpoint(name: "n", url: daemon.url, authentication: .cookie(path: "/nowhere/.cookie")),
            network: daemon.network
        )
        await #expect { try await noCookie.bestBlockHash() } throws: { error in "\(error)".contains("/nowhere/.cookie")
        }
    }

    @Test func aRestartedNodesNewCookieIsReadAgain() async throws {
        let daemon = try await RegtestDaemon.start(.litecoin)
        let node = daemon.node
        let genesis = try await node.bestBlockHash()
        await daemon.kill()
        await #expect { try await node.bestBlockHash() } throws: { error in
            switch error as? NodeError {
            case .unreachable, .noAnswer, .notReady: true
            case _: false
            }
        }
        try await daemon.start()
        #expect(try await node.bestBlockHash() == genesis)
    }

    @Test func passwordsLetInAsWell() async throws {
        let daemon = try await RegtestDaemon.start(.litecoin)
        let node = Node(daemon.passwordEndpoint, network: daemon.network)
        #expect(try await node.information().height == 0)
    }
}
