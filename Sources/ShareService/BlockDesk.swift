internal import Hashing
internal import Messages
internal import ServiceRuntime
internal import Synchronization

/// Brings solved blocks to the ChainWatcher at once, and keeps on disk those that it has not taken yet.
actor BlockDesk {
    /// Blocks that were taken lately: bringing them again would change nothing.
    private static let takenCountMax = 10_000
    /// Blocks on their way at once.
    private static let concurrencyMax = 8

    private let blocks: any BlockSubmission
    private let spool: BlockSpool
    private let metrics: ShareMetrics
    private let surroundings: Surroundings
    private let retryInterval: Duration
    private var taken: Set<Hash256> = []
    private let grew: AsyncStream<Void>
    private let spoolGrew: AsyncStream<Void>.Continuation

    init(
        blocks: any BlockSubmission,
        spool: BlockSpool,
        metrics: ShareMetrics,
        surroundings: Surroundings,
        retryInterval: Duration
    ) {
        self.blocks = blocks
        self.spool = spool
        self.metrics = metrics
        self.surroundings = surroundings
        self.retryInterval = retryInterval
        (grew, spoolGrew) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns once the ChainWatcher has every block, or the disk has it.
    ///
    /// - Throws: `.unavailable` when neither takes one of them.
    func submit(_ candidates: [Hash256: BlockCandidate]) async throws(RPCError) {
        let fresh = candidates.filter { !taken.contains($0.key) }
        let failure = await withTaskGroup(of: RPCError?.self) { group in
            var failure: RPCError?
            for (number, candidate) in fresh.enumerated() {
                if number >= Self.concurrencyMax, let ended = await group.next() { failure = failure ?? ended }
                group.addTask { await self.submit(candidate.key, candidate.value) }
            }
            for await ended in group { failure = failure ?? ended }
            return failure
        }
        if let failure { throw failure }
    }

    /// Tries again with what is on disk, until its task is cancelled.
    func retry() async {
        spoolGrew.yield()
        for await _ in grew {
            while !Task.isCancelled {
                let waiting = spool.waiting()
                metrics.waitingBlocks.set(Int64(waiting.count))
                guard !waiting.isEmpty else { break }
                for (hash, candidate) in waiting where await deliver(hash, candidate) { await spool.remove(hash) }
                guard !spool.waiting().isEmpty else { continue }
                try? await surroundings.clock.sleep(for: retryInterval)
            }
        }
    }

    private func submit(_ hash: Hash256, _ candidate: BlockCandidate) async -> RPCError? {
        if await deliver(hash, candidate) { return nil }
        do {
            try await spool.add(hash, candidate)
        } catch {
            surroundings.log.error("solved block not kept", ["block": hash, "error": error])
            return .unavailable("a solved block could be neither submitted nor kept: send it again")
        }
        spoolGrew.yield()
        return nil
    }

    private func deliver(_ hash: Hash256, _ candidate: BlockCandidate) async -> Bool {
        do throws(RPCError) {
            let reply = try await blocks.submitBlock(candidate)
            surroundings.log.info("solved block handed on", ["block": hash, "state": "\(reply.state)"])
        } catch {
            surroundings.log.error("solved block not taken", ["block": hash, "error": error])
            return false
        }
        metrics.blocks.increment()
        if taken.count >= Self.takenCountMax { taken.removeAll() }
        taken.insert(hash)
        return true
    }
}
