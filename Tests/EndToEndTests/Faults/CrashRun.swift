import TestSupport
import Testing

/// Fills a matrix, life by life.
///
/// A block's and a payout's fault share a life: the one is over, and the books are right, before the other begins.
struct CrashRun {
    /// Lives of one pool: on regtest the reward is halved every 150 blocks.
    private static let livesPerPool = 9

    /// What befalls one life, each fault after the one before.
    struct Life {
        let block: [CrashSpot]
        let payout: [CrashSpot]
    }

    /// What was seen in one life: a cell's words for the block's faults and for the payout's, and every step.
    struct Seen {
        let block: String
        let payout: String
        let blockSteps: [String]
        let payoutSteps: [String]

        /// Whether every fault has come to its step.
        var isReached: Bool { ![block, payout].contains(CrashMatrix.notReached) }
    }

    let postgres: PrivatePostgres
    private let shelf = Shelf()

    init(_ postgres: PrivatePostgres) {
        self.postgres = postgres
    }

    /// One whole life without faults.
    func record() async throws -> Seen {
        // The second life of a pool: the first one is also its beginning.
        _ = await seen(Life(block: [], payout: []))
        let seen = await seen(Life(block: [], payout: []))
        try #require(seen.block == CrashMatrix.good)
        return seen
    }

    func seen(_ life: Life) async -> Seen {
        do {
            let (pool, walk) = try await shelf.pool(postgres, livesMax: Self.livesPerPool)
            let outcome = try await CrashLife(pool: pool, walk: walk).run(
                life.block.map { $0.fault.trap(at: $0.step, of: pool) },
                life.payout.map { $0.fault.trap(at: $0.step, of: pool) }
            )
            let words = outcome.findings.isEmpty ? CrashMatrix.good : outcome.findings.joined(separator: "; ")
            if !outcome.findings.isEmpty { await shelf.discard() }
            return Seen(
                block: outcome.isBlockFaultDone ? words : CrashMatrix.notReached,
                payout: outcome.isPayoutFaultDone ? words : CrashMatrix.notReached,
                blockSteps: outcome.blockSteps,
                payoutSteps: outcome.payoutSteps
            )
        } catch {
            await shelf.discard()
            return Seen(block: "\(error)", payout: "\(error)", blockSteps: [], payoutSteps: [])
        }
    }

    func end() async {
        await shelf.discard()
    }
}

/// The pool in use.
private actor Shelf {
    private var pool: (pool: FaultyPool, walk: ChainWalk)?
    private var lifeCount = 0

    func pool(_ postgres: PrivatePostgres, livesMax: Int) async throws -> (pool: FaultyPool, walk: ChainWalk) {
        if lifeCount >= livesMax { await discard() }
        lifeCount += 1
        if let pool { return pool }
        let new = (pool: try await FaultyPool.start(postgres), walk: ChainWalk())
        pool = new
        return new
    }

    func discard() async {
        await pool?.pool.stop()
        pool = nil
        lifeCount = 0
    }
}
