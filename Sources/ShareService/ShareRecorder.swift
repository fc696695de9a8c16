internal import Hashing
internal import Messages
internal import ServiceRuntime
internal import Synchronization
internal import System

/// Makes accepted shares durable, in batches that form by themselves: what arrived while the last one was in flight is
/// the next.
///
/// A batch goes to the ledger. While that is away, and until everything that waited for it has been played to it,
/// batches go to the spool on disk.
final class ShareRecorder: Sendable {
    /// Shares in one batch: with a client each, about 260 bytes in a message of at most 1 MiB.
    static let batchCountMax = 3_000
    /// Shares that wait for their batch; more are refused.
    static let waitingCountMax = 50_000
    /// What readiness waits for.
    static let condition = "shares: room to keep accepted shares"

    private let ledger: any ShareLedger
    private let spool: ShareSpool
    private let proofs: RememberedProofs
    private let metrics: ShareMetrics
    private let surroundings: Surroundings
    private let replay: SpoolReplay
    private let queue = Mutex(RecordingQueue())
    /// The disk took no shares the last time.
    private let isFull = Atomic(false)

    init(
        ledger: any ShareLedger,
        spool: ShareSpool,
        proofs: RememberedProofs,
        metrics: ShareMetrics,
        surroundings: Surroundings,
        replay: SpoolReplay
    ) {
        self.ledger = ledger
        self.spool = spool
        self.proofs = proofs
        self.metrics = metrics
        self.surroundings = surroundings
        self.replay = replay
        surroundings.health.met(Self.condition)
    }

    /// Returns once every share is durable, or known as another submission's.
    ///
    /// - Returns: The places of those that are another submission's.
    /// - Throws: `.unavailable` or `.resourceExhausted` when they cannot be kept; they count only if they come again.
    func record(_ shares: ShareColumns, refused: [RefusedShares]) async throws(RPCError) -> [Int] {
        guard !shares.isEmpty else {
            if !refused.isEmpty {
                queue.withLock { $0.add(refused) }
                bringBatches()
            }
            return []
        }
        let outcome = await withCheckedContinuation { done in
            let refusal = queue.withLock { $0.add(shares, refused: refused, done) }
            if let refusal { done.resume(returning: .failure(refusal)) } else { bringBatches() }
        }
        return try outcome.get()
    }

    /// Shares that are in no batch yet.
    var waitingShareCount: Int { queue.withLock(\.waitingCount) }

    /// Brings batches to the ledger or the spool, unless somebody does: then what waits is in his next one.
    ///
    /// It begins as part of the call that brought the shares, so that no other thread need wake; it ends when nothing waits.
    private func bringBatches() {
        guard queue.withLock({ $0.beginBringing() }) else { return }
        Task.immediate(executorPreference: TaskPlace.current) {
            while let (batch, refused) = queue.withLock({ $0.takeBatch() }) { await keep(batch, telling: refused) }
        }
    }

    /// Until its task is cancelled: looks whether a full disk has room again, so that nobody need send a share to find out.
    func watchRoom(every interval: Duration) async {
        while !Task.isCancelled {
            try? await surroundings.clock.sleep(for: interval)
            guard isFull.load(ordering: .relaxed) else { continue }
            do throws(SystemError) {
                try await spool.probe()
                noteRoom(nil)
            } catch {
                noteRoom(error)
            }
        }
    }

    // MARK: A batch

    private func keep(_ batch: RecordingBatch, telling counts: [RefusedShares]) async {
        metrics.batches.increment()
        metrics.batchedShares.increment(by: UInt64(batch.shares.count))
        metrics.batchSize.set(Int64(batch.shares.count))
        if spool.hasBacklog {
            queue.withLock { $0.putBack(counts) }
            await keepInSpool(batch)
            return
        }
        do throws(RPCError) {
            try await keepInLedger(batch, telling: counts)
        } catch {
            // Not told twice: a call that was not answered may have been heard.
            if error.code == .unavailable { queue.withLock { $0.putBack(counts) } }
            surroundings.log.warning("ledger away", ["error": error, "shares": batch.shares.count])
            await keepInSpool(batch)
        }
    }

    /// - Throws: What a later try may mend.
    private func keepInLedger(_ batch: RecordingBatch, telling counts: [RefusedShares]) async throws(RPCError) {
        let reply: RecordSharesReply
        do throws(RPCError) {
            reply = try await ledger.recordShares(batch.shares.request(refused: counts))
        } catch {
            guard !error.isRefusal else { return await keepByHalves(batch, refusedBecause: error) }
            throw error
        }
        guard reply.duplicatePlaces.allSatisfy({ $0 < batch.shares.count }) else {
            throw .internal("the ledger gave places that \(batch.shares.count) shares do not have")
        }
        settle(batch, duplicates: reply.duplicatePlaces.map { Int($0) })
    }

    /// Finds the shares that the ledger will never take, so that they take no others down with them.
    private func keepByHalves(_ batch: RecordingBatch, refusedBecause error: RPCError) async {
        guard batch.shares.count > 1 else {
            surroundings.log.error("the ledger refuses a share", ["error": error])
            return fail(batch, .internal("the ledger refuses the share: \(error.message)"))
        }
        let (first, second) = batch.halves
        await keep(first, telling: [])
        await keep(second, telling: [])
    }

    private func keepInSpool(_ batch: RecordingBatch) async {
        guard !batch.shares.isEmpty else { return }
        // The ledger is not there to tell repeats: what is remembered tells those that came here.
        let duplicates = proofs.duplicates(in: batch.shares)
        let fresh = duplicates.isEmpty ? batch.shares : batch.shares.without(duplicates)
        if !fresh.isEmpty {
            do throws(SystemError) {
                try await spool.append(fresh)
                noteRoom(nil)
            } catch {
                surroundings.log.error("shares cannot be kept", ["error": error, "shares": fresh.count])
                noteRoom(error)
                return fail(batch, .unavailable("neither the ledger nor the disk takes shares now"))
            }
            metrics.spoolBytes.set(Int64(clamping: spool.byteCount))
        }
        settle(batch, duplicates: duplicates)
        if !fresh.isEmpty { replay.wake() }
    }

    private func noteRoom(_ problem: SystemError?) {
        isFull.store(problem != nil, ordering: .relaxed)
        if let problem {
            surroundings.health.failed(Self.condition, because: problem.description)
        } else {
            surroundings.health.met(Self.condition)
        }
    }

    /// Remembers what is durable, and then tells it.
    private func settle(_ batch: RecordingBatch, duplicates: [Int]) {
        proofs.add(batch.shares, duplicates: duplicates)
        for ended in queue.withLock({ $0.settle(batch, duplicates: duplicates) }) { ended.resume() }
    }

    private func fail(_ batch: RecordingBatch, _ error: RPCError) {
        for ended in queue.withLock({ $0.fail(batch, error) }) { ended.resume() }
    }
}
