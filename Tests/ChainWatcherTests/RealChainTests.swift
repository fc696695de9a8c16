import BlockFormat
import ChainAdapter
import ChainWatcher
import Hashing
import JSON
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import TestSupport
import Testing

/// The whole service, over its sockets, on real nodes.
@Suite(.timeLimit(.minutes(3))) struct RealChainTests {
    private struct Rig {
        let regtest: RegtestNode
        let jobs = FakeJobs()
        let ledger = FakeLedger()
        let folder: ScratchFolder
        let metrics: Metrics
        let watcher: ChainWatcher
        let client: BlocksClient
        let events: Subscriber<BlockChanged>

        init(_ regtest: RegtestNode, nodes: [Node], folder: ScratchFolder? = nil) async throws {
            self.regtest = regtest
            let folder = try folder ?? ScratchFolder("candidates")
            self.folder = folder
            let surroundings = Surroundings.test()
            metrics = surroundings.metrics
            var settings = ChainWatcherSettings(
                network: regtest.main.network,
                folder: folder.path,
                listening: [.tcp(host: "127.0.0.1", port: 0)],
                publishing: [.tcp(host: "127.0.0.1", port: 0)]
            )
            settings.pollInterval = .milliseconds(200)
            settings.tipInterval = .milliseconds(100)
            watcher = try ChainWatcher(
                settings: settings,
                chain: NodeList(nodes, surroundings: surroundings),
                jobs: jobs,
                ledger: ledger,
                announcements: FakeAnnouncements(),
                surroundings: surroundings
            )
            events = try Subscriber(dialing: watcher.eventAddresses, topic: "block")
            client = BlocksClient(
                try RPCClient(dialing: watcher.addresses, metrics: surroundings.metrics),
                timeout: .seconds(10)
            )
        }

        func run(_ body: () async throws -> Void) async throws {
            let running = Task { try await watcher.run() }
            do {
                try await body()
            } catch {
                running.cancel()
                try? await running.value
                throw error
            }
            running.cancel()
            try await running.value
            await events.close()
        }

        /// A solved block on what the main node proposes now.
        func solve(jobID: UInt64) async throws -> SolvedWork {
            let node = regtest.main.node
            let address = try #require(Address(try await regtest.newAddress(), on: node.network))
            let work = try SolvedWork(
                try await node.template(),
                on: node.network,
                rewardScript: address.scriptPublicKey,
                jobID: jobID
            )
            jobs.insert(work.template)
            return work
        }

        @discardableResult
        func wait(_ work: SolvedWork, for state: BlockState, _ confirmations: UInt32) async throws -> BlockReport? {
            let hash = work.hash.bytes
            try await Patience.wait(for: "\(state) at \(confirmations)") {
                ledger.reports.elements.contains {
                    $0.hash == hash && $0.state == state && $0.confirmations == confirmations
                }
            }
            return ledger.reports.elements.last { $0.hash == hash }
        }
    }

    @Test func aBlockIsSubmittedToBothNodesBuriedAndConfirmed() async throws {
        let regtest = try await RegtestNode.start()
        let rig = try await Rig(regtest, nodes: [regtest.main.node, regtest.peer.node])
        try await rig.run {
            let work = try await rig.solve(jobID: 1)
            let reply = try await rig.client.submitBlock(work.candidate)
            #expect(reply.hash == work.hash.bytes)
            #expect(try await regtest.main.bestBlockHash() == work.hash.displayHex)
            #expect(try await regtest.peer.bestBlockHash() == work.hash.displayHex)
            try await rig.wait(work, for: .accepted, 1)
            #expect(try await rig.client.getTip(Empty()).hash == work.hash.bytes)
            try await regtest.generate(9)
            try await rig.wait(work, for: .accepted, 10)
            try await regtest.generate(90)
            try await rig.wait(work, for: .confirmed, 100)
            try await regtest.generate(100)
            try await Patience.wait(for: "the watcher to be through with it") {
                rig.metrics.exposition.contains("lode_blocks_settled_total{state=\"confirmed\"} 1")
            }
            // Its finder asks again after that: the node knows it, and so does the chain.
            let again = try await rig.client.submitBlock(work.candidate)
            #expect(again.hash == work.hash.bytes)
            try await Patience.wait(for: "confirmed again") {
                rig.ledger.reports.elements.filter { $0.state == .confirmed }.count >= 2
            }
        }
    }

    @Test func aReorganisationOrphansOurBlockAndAnotherBringsItBack() async throws {
        let regtest = try await RegtestNode.start(blocks: 5)
        let rig = try await Rig(regtest, nodes: [regtest.main.node])
        let elsewhere = try await regtest.newAddress()
        try await rig.run {
            let work = try await rig.solve(jobID: 1)
            try await regtest.cut()
            _ = try await rig.client.submitBlock(work.candidate)
            try await rig.wait(work, for: .accepted, 1)
            // The rest of the network was faster.
            try await regtest.peer.generate(2, to: elsewhere)
            try await regtest.join()
            try await rig.wait(work, for: .orphaned, 0)
            // Somebody builds on ours after all.
            let rival = try await regtest.main.rpc("getblockhash", [6])
            try await regtest.main.rpc("invalidateblock", [rival])
            try await regtest.main.rpc("setnetworkactive", [false])
            try await regtest.main.generate(3, to: elsewhere)
            try await regtest.main.rpc("reconsiderblock", [rival])
            #expect(try await regtest.main.rpc("getblockhash", [6]).string == work.hash.displayHex)
            try await rig.wait(work, for: .accepted, 4)
            let states = rig.ledger.reports.elements.map(\.state)
            #expect(states.last == .accepted)
        }
    }

    @Test func aLateBlockIsOrphanedAtOnceAndNotRejected() async throws {
        let regtest = try await RegtestNode.start(blocks: 5)
        let rig = try await Rig(regtest, nodes: [regtest.main.node])
        try await rig.run {
            let work = try await rig.solve(jobID: 1)
            try await regtest.generate(1)
            _ = try await rig.client.submitBlock(work.candidate)
            let report = try await rig.wait(work, for: .orphaned, 0)
            #expect(report?.reason == "")
        }
    }

    @Test func aBlockThatBreaksARuleIsRejectedWithTheNodesReason() async throws {
        let regtest = try await RegtestNode.start(blocks: 5)
        let rig = try await Rig(regtest, nodes: [regtest.main.node, regtest.peer.node])
        try await rig.run {
            let node = regtest.main.node
            let honest = try await node.template()
            let greedy = try BlockTemplate(
                version: honest.version,
                previousHash: honest.previousHash,
                height: honest.height,
                bits: honest.bits,
                currentTime: honest.currentTime,
                minimumTime: honest.minimumTime,
                coinbaseValue: honest.coinbaseValue.adding(honest.coinbaseValue),
                transactions: [],
                defaultWitnessCommitment: honest.defaultWitnessCommitment,
                on: node.network
            )
            let work = try SolvedWork(greedy, on: node.network, rewardScript: [0x51], jobID: 3)
            rig.jobs.insert(work.template)
            _ = try await rig.client.submitBlock(work.candidate)
            let report = try await rig.wait(work, for: .rejected, 0)
            #expect(report?.reason == "bad-cb-amount")
        }
    }

    @Test func aBlockFoundWhileTheNodeIsDownIsSubmittedWhenItReturnsEvenAfterARestart() async throws {
        let regtest = try await RegtestNode.start(blocks: 5)
        let folder = try ScratchFolder("candidates")
        let first = try await Rig(regtest, nodes: [regtest.main.node], folder: folder)
        let work = try await first.solve(jobID: 1)
        try await regtest.cut()
        await regtest.main.kill()
        try await first.run {
            let reply = try await first.client.submitBlock(work.candidate)
            #expect(reply.state == .submitted)
        }
        let second = try await Rig(regtest, nodes: [regtest.main.node], folder: folder)
        try await second.run {
            // Killed as it was, the node has lost its newest blocks: it has to fetch the one before ours first.
            try await regtest.main.start()
            try await regtest.join()
            try await second.wait(work, for: .accepted, 1)
            #expect(try await regtest.main.bestBlockHash() == work.hash.displayHex)
        }
    }

    @Test func withTheFirstNodeDeadTheSecondTakesAndTells() async throws {
        let regtest = try await RegtestNode.start(blocks: 5)
        let rig = try await Rig(regtest, nodes: [regtest.main.node, regtest.peer.node])
        try await rig.run {
            let work = try await rig.solve(jobID: 1)
            await regtest.main.kill()
            _ = try await rig.client.submitBlock(work.candidate)
            try await rig.wait(work, for: .accepted, 1)
            #expect(try await regtest.peer.bestBlockHash() == work.hash.displayHex)
            try await regtest.main.start()
            try await regtest.join()
            try await regtest.generate(2)
            try await rig.wait(work, for: .accepted, 3)
        }
    }

    @Test func blockEventsAreHeardOverTheSocket() async throws {
        let regtest = try await RegtestNode.start(blocks: 5)
        let rig = try await Rig(regtest, nodes: [regtest.main.node])
        try await rig.run {
            async let heard = rig.events.next()
            // A subscriber that connects may miss what is published meanwhile: publish until it hears.
            let hearing = Task {
                for number in UInt64(1)... {
                    guard !Task.isCancelled else { return }
                    _ = try await rig.client.submitBlock(try await rig.solve(jobID: number).candidate)
                }
            }
            let change = try await heard
            hearing.cancel()
            _ = try? await hearing.value
            #expect(change.height >= 6)
            #expect([.submitted, .accepted].contains(change.state))
        }
    }
}
