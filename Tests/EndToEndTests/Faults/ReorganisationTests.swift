import Hashing
import JSON
import PayoutService
import PostgresClient
import TestSupport
import Testing

extension EndToEndTests {
    /// Two connected nodes are cut apart, go on by themselves, and meet again: what was the chain is not any more, and
    /// later is again.
    @Suite struct ReorganisationTests {
        /// How far the finder's money had come when the block was orphaned.
        enum Moment: String, CaseIterable, Sendable {
            case immature
            case confirmed
            /// In a payout that no transaction was signed for.
            case reserved
            /// On the chain, and settled.
            case paid
        }

        @Test(arguments: Moment.allCases)
        func anOrphanedBlockIsReversedAndOneThatComesBackIsCreditedOnce(moment: Moment) async throws {
            let pool = try await FaultyPool.start(try await PrivatePostgres(isForgetful: true))
            pool.director.block([FaultDirector.planning])
            let life = CrashLife(pool: pool, walk: ChainWalk())
            let miner = try await life.miner()
            let address = await miner.address
            let block = try await life.find(miner)
            try await pool.node.synchronise()
            let fork = try await pool.node.main.height()
            try await pool.node.cut()
            try await life.bury(block, moment == .immature ? [.immature] : [.immature, .confirmed])
            try await reach(moment, pool, address)
            let earned = try await pool.worth(address)
            #expect(earned > 0)

            try await orphan(block, at: fork, pool)
            try await pool.wait(for: "the reversal") { try await life.stage(block) == "orphaned" }
            #expect(try await pool.audit().findings == [])
            #expect(try await pool.worth(address) == 0)

            try await bringBack(block, at: fork, pool)
            try await life.bury(block, [.confirmed])
            pool.director.block([])
            try await pool.wait(for: "all payouts to be settled") {
                let mempool = try await pool.node.rpc("getrawmempool").array ?? []
                if !mempool.isEmpty { try await pool.node.generate(1) }
                return try await pool.balance(of: address, "paid") == earned
            }
            #expect(try await pool.audit().findings == [])
            #expect(try await pool.worth(address) == earned)
            let received = try await ChainWalk().amounts(on: pool)[address] ?? []
            #expect(received == [earned])
            await pool.stop()
        }

        /// Lets the pool pay as far as the moment says.
        private func reach(_ moment: Moment, _ pool: FaultyPool, _ address: String) async throws {
            switch moment {
            case .immature, .confirmed:
                return
            case .reserved:
                pool.director.block(["signrawtransactionwithwallet"])
                try await pool.wait(for: "the reservation") { try await pool.balance(of: address, "reserved") > 0 }
            case .paid:
                pool.director.block([])
                try await pool.wait(for: "the payout") {
                    let mempool = try await pool.node.rpc("getrawmempool").array ?? []
                    if !mempool.isEmpty { try await pool.node.generate(1) }
                    return try await pool.balance(of: address, "paid") > 0
                }
                pool.director.block([FaultDirector.planning])
            }
        }

        /// The peer does without the block, makes the longer chain, and meets the pool's node again.
        private func orphan(_ block: Hash256, at height: UInt32, _ pool: FaultyPool) async throws {
            let elsewhere = try await pool.node.newAddress()
            try await pool.node.peer.rpc("invalidateblock", [.string(block.displayHex)])
            try await grow(pool.node.peer, past: pool.node.main, to: elsewhere)
            try await pool.node.join()
            #expect(try await pool.node.main.rpc("getblockhash", [JSON(height)]).string != block.displayHex)
        }

        /// Now it is the pool's node that goes on with the block.
        private func bringBack(_ block: Hash256, at height: UInt32, _ pool: FaultyPool) async throws {
            try await pool.node.cut()
            let rival = try await pool.node.main.rpc("getblockhash", [JSON(height)])
            try await pool.node.peer.rpc("reconsiderblock", [.string(block.displayHex)])
            try await pool.node.main.rpc("invalidateblock", [rival])
            try await grow(pool.node.main, past: pool.node.peer, to: try await pool.node.newAddress())
            try await pool.node.main.rpc("reconsiderblock", [rival])
            try await pool.node.join()
            #expect(try await pool.node.main.rpc("getblockhash", [JSON(height)]).string == block.displayHex)
        }

        private func grow(_ node: RegtestDaemon, past other: RegtestDaemon, to address: String) async throws {
            let missing = Int(try await other.height()) + 2 - Int(try await node.height())
            try await node.generate(missing, to: address)
        }
    }
}

extension FaultyPool {
    /// All that an account has earned, wherever it is now.
    nonisolated func worth(_ address: String) async throws -> Int64 {
        try await database.execute(
            "SELECT coalesce(sum(balance), 0) FROM balances JOIN accounts USING (account_id) WHERE address = $1",
            [.text(address)]
        )[0].integer(0)
    }
}
