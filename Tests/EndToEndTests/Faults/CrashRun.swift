import TestSupport
import Testing

/// Fills a matrix, life by life.
///
/// A block's and a payout's fault share a life: the one is over, and the books are right, before the other begins.
struct CrashRun {
    /// Lives of one pool: on regtest the reward is halved every 150 blocks.
    private static let livesPerPool = 9

    /// What befalls one life, each fault after the one before.
    struct Life: Sendable {
        var kind = CrashKind.ordinary
        let block: [CrashSpot]
        let payout: [CrashSpot]
    }

    /// What was seen in one life: a cell's words for the block's faults and for the payout's, and every step.
    struct Seen: Sendable {
        let block: String
        let payout: String
        var blockSteps: [String] = []
        var payoutSteps: [String] = []
        /// Those that lead the ways of this kind of life.
        var ownBlockSteps: [String] = []
        var ownPayoutSteps: [String] = []

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
            let (pool, walk) = try await shelf.pool(postgres, life.kind.payout, livesMax: Self.livesPerPool)
            let outcome = try await CrashLife(pool: pool, walk: walk, kind: life.kind).run(
                life.block.map { $0.fault.trap(at: $0.step, of: pool) },
                life.payout.map { $0.fault.trap(at: $0.step, of: pool) }
            )
            let words = outcome.findings.isEmpty ? CrashMatrix.good : outcome.findings.joined(separator: "; ")
            if !outcome.findings.isEmpty { await shelf.discard() }
            return Seen(
                block: outcome.block.isFaultDone ? words : CrashMatrix.notReached,
                payout: outcome.payout.isFaultDone ? words : CrashMatrix.notReached,
                blockSteps: outcome.block.steps,
                payoutSteps: outcome.payout.steps,
                ownBlockSteps: outcome.block.ownSteps,
                ownPayoutSteps: outcome.payout.ownSteps
            )
        } catch {
            await shelf.discard()
            return Seen(block: "\(error)", payout: "\(error)")
        }
    }

    func end() async {
        await shelf.discard()
    }
}

/// The pool in use.
private actor Shelf {
    private var pool: (pool: FaultyPool, walk: ChainWalk)?
    private var way = PayoutWay.straight
    private var lifeCount = 0

    /// One that is set up for this way of paying.
    func pool(
        _ postgres: PrivatePostgres,
        _ way: PayoutWay,
        livesMax: Int
    ) async throws -> (pool: FaultyPool, walk: ChainWalk) {
        if lifeCount >= livesMax || way != self.way { await discard() }
        lifeCount += 1
        if let pool { return pool }
        let new = (pool: try await FaultyPool.start(postgres, way), walk: ChainWalk())
        pool = new
        self.way = way
        return new
    }

    func discard() async {
        await pool?.pool.stop()
        pool = nil
        lifeCount = 0
    }
}
