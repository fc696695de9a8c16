import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

@Suite struct ProofTests {
    private static func proof(
        _ fixture: LedgerFixture,
        block number: Int,
        of address: String
    ) async throws -> BlockProof {
        try await fixture.calls.getProof(GetProofRequest(block: Example.hash(number).bytes, address: address))
    }

    @Test func whatIsCreditedIsKeptAndProvedUnderOneRoot() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 2), (1, 1)], block: 9, reward: 1_000)
        let listed = try await fixture.calls.getPool(GetPoolRequest(blocks: 1)).blocks[0]
        let expected: [(address: String, work: UInt128, amount: UInt64)] = [
            ("", 0, 10), (Example.addresses[0], 2, 660), (Example.addresses[1], 1, 330),
        ]
        for (address, work, amount) in expected {
            let proof = try await Self.proof(fixture, block: 9, of: address)
            #expect(proof.root == listed.proofRoot)
            #expect(proof.address == address)
            #expect(Work(bytes: proof.leafWork) == Work(hashes: work))
            #expect(proof.leafAmount == amount)
            #expect(proof.reward == 1_000)
            #expect(proof.scheme == "pplns")
            #expect(Work(bytes: proof.work) == Work(hashes: 3))
            #expect(proof.leafCount == 3)
        }
        // Orphaned and back: credited as the first time, and the root stays.
        _ = try await fixture.calls.recordBlock(Example.block(9, .orphaned, reward: 1_000))
        _ = try await fixture.calls.recordBlock(Example.block(9, .confirmed, confirmations: 100, reward: 1_000))
        let again = try await fixture.calls.getPool(GetPoolRequest(blocks: 1)).blocks[0]
        #expect(again.proofRoot == listed.proofRoot)
    }

    @Test func nothingIsProvedOfWhatWasNotCredited() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 9, reward: 1_000)
        _ = try await fixture.calls.recordBlock(Example.block(8, .accepted, confirmations: 1))
        let refused: [(block: [UInt8], address: String, code: RPCStatus)] = [
            (Example.hash(9).bytes, Example.addresses[5], .notFound),
            (Example.hash(8).bytes, Example.addresses[0], .notFound),
            (Example.hash(7).bytes, "", .notFound),
            ([1], "", .invalidArgument),
            (Example.hash(9).bytes, "nobody", .invalidArgument),
        ]
        for (block, address, code) in refused {
            let request = GetProofRequest(block: block, address: address)
            let error = await #expect(throws: RPCError.self) { try await fixture.calls.getProof(request) }
            #expect(error?.code == code)
        }
        let listed = try await fixture.calls.getPool(GetPoolRequest(blocks: 9)).blocks
        #expect(listed.filter { !$0.proofRoot.isEmpty }.map(\.hash) == [Example.hash(9).bytes])
    }

    @Test func whatWasKeptCannotBeChangedUnnoticed() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 9, reward: 1_000)
        let change = "UPDATE block_credits SET amount = amount + 1"
        await #expect(throws: PostgresError.self) {
            try await fixture.pool.transaction { session throws(PostgresError) in try session.run(change) }
        }
        try await fixture.pool.transaction { session throws(PostgresError) in
            try session.run("ALTER TABLE block_credits DISABLE TRIGGER ALL; \(change)")
        }
        let error = await #expect(throws: RPCError.self) { try await Self.proof(fixture, block: 9, of: "") }
        #expect(error?.code == .dataLoss)
    }
}

@Suite struct ProofShelfTests {
    private static func kept(_ block: Hash256, accounts: Int) throws -> KeptCredits {
        let credits = BlockCredits(
            fee: .zero,
            entries: try (0..<accounts).map { number in
                BlockCredits.Entry(
                    account: try #require(AccountName("a\(number)")),
                    work: Work(hashes: 1),
                    amount: Amount(units: 1)
                )
            }
        )
        let seed = [UInt8](repeating: 3, count: 32)
        let root = try CreditTree(block: block, leaves: credits.leaves(seed: seed)).root
        return KeptCredits(height: 1, scheme: "pplns", seed: seed, root: root, credits: credits)
    }

    @Test func theTreesThatWereAskedForLastStay() async throws {
        let read = Collector<Hash256>()
        let known = Mutex(
            try (1...4).reduce(into: [:]) { known, number in
                known[Example.hash(number)] = try Self.kept(Example.hash(number), accounts: number == 4 ? 50 : 4)
            }
        )
        let less = try Self.kept(Example.hash(1), accounts: 3)
        let shelf = ProofShelf(leafCountMax: 10, root: { block in known.withLock { $0[block]?.root } }) { block in
            read.append(block)
            return known.withLock { $0[block] }
        }
        for number in [1, 2, 1, 2, 3, 2, 1] { _ = try await shelf.entry(of: Example.hash(number)) }
        #expect(read.elements == [1, 2, 3, 1].map { Example.hash($0) })
        #expect(await shelf.blocks == [2, 1].map { Example.hash($0) })
        // One whose reward turned out to be less is made again.
        known.withLock { $0[Example.hash(1)] = less }
        #expect(try await shelf.entry(of: Example.hash(1)).tree.root == less.root)
        #expect(await shelf.blocks == [2, 1].map { Example.hash($0) })
        // One that is larger than all the room stands alone.
        _ = try await shelf.entry(of: Example.hash(4))
        #expect(await shelf.blocks == [Example.hash(4)])
        let error = await #expect(throws: RPCError.self) { try await shelf.entry(of: Example.hash(5)) }
        #expect(error?.code == .notFound)
        #expect(await shelf.blocks == [Example.hash(4)])
    }

    @Test func aTreeIsMadeOnceForAllWhoWaitAndNoMoreThanSomeWait() async throws {
        let block = Example.hash(1)
        let kept = try Self.kept(block, accounts: 4)
        let reading = Collector<Bool>()
        let goOn = Collector<Bool>()
        let reads = Mutex(0)
        let shelf = ProofShelf(waitingCountMax: 3, root: { _ in kept.root }) { _ in
            reads.withLock { $0 += 1 }
            reading.append(true)
            await goOn.wait { !$0.isEmpty }
            return kept
        }
        let outcomes = await withTaskGroup(of: RPCStatus.self) { group in
            func ask() {
                group.addTask {
                    do throws(RPCError) {
                        _ = try await shelf.entry(of: block)
                        return .ok
                    } catch {
                        return error.code
                    }
                }
            }
            ask()
            await reading.wait { !$0.isEmpty }
            for _ in 0..<5 { ask() }
            // Two find no room and come back while the tree is still being made.
            var outcomes = [await group.next(), await group.next()]
            goOn.append(true)
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes == [.resourceExhausted, .resourceExhausted, .ok, .ok, .ok, .ok])
        #expect(reads.withLock { $0 } == 1)
    }
}
