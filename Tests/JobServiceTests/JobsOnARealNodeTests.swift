import BlockFormat
import ChainAdapter
import Cryptography
import Hashing
import JSON
import JobService
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import TestSupport
import Testing

/// The whole way on a real node: template, job, bin, solved header, block.
@Suite(.enabled(if: RegtestChain.litecoin.isInstalled), .timeLimit(.minutes(4))) struct JobsOnARealNodeTests {
    @Test func blocksAreTakenOnBothSidesOfMWEB() async throws {
        let node = try await RegtestNode.start(blocks: 101)
        let made = Audience()
        try await Self.run(on: node, made) { service, source in
            try await mine(3, service, made, source, from: 102)
            try await node.activateMWEB()
            try await node.rpc("sendtoaddress", .string(node.newAddress()), 1)
            try await mine(3, service, made, source, from: 434)
            #expect(try await node.main.height() == 436)
        }
        await node.stop()
    }

    /// A node without peers follows its chain and gives no templates.
    @Test func aTipWithoutATemplateEndsTheJob() async throws {
        let node = try await RegtestNode.start(blocks: 101)
        let made = Audience()
        try await Self.run(on: node, made) { service, _ in
            _ = await made.made.wait { $0.last?.height == 102 }
            try await node.cut()
            _ = try await node.main.generate(1, to: node.newAddress())
            try await Patience.wait(for: "the job to be withdrawn") {
                do throws(RPCError) {
                    _ = try await service.jobs.getJob(GetJobRequest())
                    return false
                } catch {
                    return error.code == .failedPrecondition
                }
            }
            try await node.join()
            let jobs = await made.made.wait { $0.last?.height == 103 }
            #expect(try await service.jobs.getJob(GetJobRequest()) == jobs.last)
        }
        await node.stop()
    }

    private static func run(
        on node: RegtestNode,
        _ made: Audience,
        _ body: (JobService, NodeList) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder("jobs")
        let name = "\(folder.path.split(separator: "/").last ?? "jobs")"
        let surroundings = Surroundings.test()
        let source = NodeList(
            [Node(node.main.endpoint, network: .litecoinRegtest)],
            surroundings: surroundings
        )
        let service = try await JobService(
            settings: JobServiceSettings(
                network: .litecoinRegtest,
                folder: folder.path,
                listening: [try MessagingAddress(parsing: "inproc://\(name)-jobs")],
                publishing: [try MessagingAddress(parsing: "inproc://\(name)-events")]
            ),
            leaseKey: try #require(Replica.key),
            source: source,
            rewards: FakeLedger(try await node.newAddress()),
            audience: made,
            surroundings: surroundings
        )
        let running = Task { try await service.run() }
        let outcome = await Result { try await body(service, source) }
        running.cancel()
        _ = try? await running.value
        try outcome.get()
    }

    /// Mines one block after the other from bins, each on a job that the news of the last one brought.
    private func mine(
        _ count: UInt32,
        _ service: JobService,
        _ made: Audience,
        _ node: NodeList,
        from height: UInt32
    ) async throws {
        for height in height..<(height + count) {
            _ = await made.made.wait { $0.last?.height == height }
            let request = LeaseBinRequest(client: Replica.client(UInt8(height % 256)))
            let lease = try #require(try await service.jobs.leaseBin(request).lease)
            let template = try await service.jobs.getTemplate(GetTemplateRequest(jobID: lease.jobID))
            let job = try #require(template.job)
            #expect(job.height == height)
            #expect(template.tail.isEmpty == (height < 432))
            let recipe = HeaderRecipe(
                version: job.version,
                previousHash: try #require(Hash256(job.previousHash)),
                bits: job.bits,
                coinbase1: job.coinbase1,
                coinbase2: job.coinbase2,
                merkleBranch: job.merkleBranch.compactMap { Hash256($0) }
            )
            let target = try #require(Target(bigEndian: job.networkTarget))
            let extranonce2 = UInt32(lease.start >> 32)
            let solved = (0..<1_000).lazy.map { nonce in
                recipe.header(
                    extranonce1: lease.extranonce1,
                    extranonce2: extranonce2,
                    time: lease.time,
                    nonce: UInt32(truncatingIfNeeded: lease.start) + nonce
                )
            }.first { target.isMet(by: ProofAlgorithm.scrypt.hash(header: $0)) }
            let header = try #require(solved)
            let block = BlockAssembly.block(
                header: header,
                coinbase: recipe.coinbase(extranonce1: lease.extranonce1, extranonce2: extranonce2),
                transactionCount: Int(template.transactionCount),
                transactions: template.transactions,
                segwit: template.segwit,
                tail: template.tail
            )
            let answers = await node.submit(try #require(block))
            #expect(try answers.map { try $0.result.get() } == [.accepted])
        }
    }
}
