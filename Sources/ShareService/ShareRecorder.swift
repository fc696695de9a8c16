internal import Hashing
internal import Messages
internal import ServiceRuntime
internal import System

/// Makes accepted shares durable, in batches that form by themselves: what arrived while the last one was in flight is
/// the next.
///
/// A batch goes to the ledger. While that is away, and until everything that waited for it has been played to it,
/// batches go to the spool on disk.
actor ShareRecorder {
    /// Shares in one batch: each is at most 300 bytes in a message of at most 1 MiB.
    static let batchCountMax = 3_000
    /// Shares that wait for their batch; more are refused.
    static let waitingCountMax = 50_000
    /// What readiness waits for.
    static let condition = "shares: room to keep accepted shares"

    /// Shares that one call brought, and what has become of them.
    private struct Call {
        var outcomes: [ShareOutcome]
        var openCount: Int
        let done: CheckedContinuation<Result<[ShareOutcome], RPCError>, Never>
    }

    private struct Waiting {
        let call: Int
        let index: Int
        let share: AcceptedShare
    }

    private let ledger: any ShareLedger
    private let spool: ShareSpool
    private let proofs: RememberedProofs
    private let metrics: ShareMetrics
    private let surroundings: Surroundings
    private let replay: SpoolReplay

    private var calls: [Int: Call] = [:]
    private var lastCall = 0
    private var waiting: [Waiting] = []
    private var refused = RefusedCounts()
    private let wake: AsyncStream<Void>
    private let woken: AsyncStream<Void>.Continuation

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
        (wake, woken) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        surroundings.health.met(Self.condition)
    }

    /// Returns once every share is durable, or known as another submission's.
    ///
    /// - Throws: `.unavailable` or `.resourceExhausted` when they cannot be kept; they count only if they come again.
    func record(_ shares: [AcceptedShare], refused more: [RefusedShares]) async throws(RPCError) -> [ShareOutcome] {
        refused.add(more)
        guard waiting.count + shares.count <= Self.waitingCountMax else {
            throw .resourceExhausted("\(waiting.count) shares already wait to be recorded")
        }
        if shares.isEmpty {
            if !more.isEmpty { woken.yield() }
            return []
        }
        let outcome = await withCheckedContinuation { done in
            lastCall += 1
            calls[lastCall] = Call(
                outcomes: Array(repeating: .unspecified, count: shares.count),
                openCount: shares.count,
                done: done
            )
            for (index, share) in shares.enumerated() {
                waiting.append(Waiting(call: lastCall, index: index, share: share))
            }
            woken.yield()
        }
        return try outcome.get()
    }

    /// Shares that are in no batch yet.
    var waitingShareCount: Int { waiting.count }

    /// Brings batches to the ledger or the spool until its task is cancelled.
    func run() async {
        for await _ in wake {
            while !waiting.isEmpty || !refused.isEmpty {
                let batch = Array(waiting.prefix(Self.batchCountMax))
                waiting.removeFirst(batch.count)
                await keep(batch, telling: refused.take())
                if batch.isEmpty { break }  // with the ledger away, counts alone are not worth a try after a try
            }
        }
    }

    // MARK: A batch

    private func keep(_ batch: [Waiting], telling counts: [RefusedShares]) async {
        metrics.batches.increment()
        metrics.batchedShares.increment(by: UInt64(batch.count))
        metrics.batchSize.set(Int64(batch.count))
        if await spool.hasBacklog {
            refused.add(counts)
            await keepInSpool(batch)
            return
        }
        do throws(RPCError) {
            try await keepInLedger(batch, telling: counts)
        } catch {
            // Not told twice: a call that was not answered may have been heard.
            if error.code == .unavailable { refused.add(counts) }
            surroundings.log.warning("ledger away", ["error": error, "shares": batch.count])
            await keepInSpool(batch)
        }
    }

    /// - Throws: What a later try may mend.
    private func keepInLedger(_ batch: [Waiting], telling counts: [RefusedShares]) async throws(RPCError) {
        let reply: RecordSharesReply
        do throws(RPCError) {
            reply = try await ledger.recordShares(RecordSharesRequest(shares: batch.map(\.share), refused: counts))
        } catch {
            guard !error.isRefusal else { return await keepByHalves(batch, refusedBecause: error) }
            throw error
        }
        guard reply.outcomes.count == batch.count, !reply.outcomes.contains(.unspecified) else {
            throw .internal("the ledger gave \(reply.outcomes.count) outcomes for \(batch.count) shares")
        }
        for (item, outcome) in zip(batch, reply.outcomes) {
            remember(item.share, as: outcome)
            settle(item, outcome)
        }
    }

    /// Finds the shares that the ledger will never take, so that they take no others down with them.
    private func keepByHalves(_ batch: [Waiting], refusedBecause error: RPCError) async {
        guard batch.count > 1 else {
            surroundings.log.error("the ledger refuses a share", ["error": error])
            for item in batch { fail(item, .internal("the ledger refuses the share: \(error.message)")) }
            return
        }
        for half in [batch.prefix(batch.count / 2), batch.suffix(batch.count - batch.count / 2)] {
            await keep(Array(half), telling: [])
        }
    }

    private func keepInSpool(_ batch: [Waiting]) async {
        // The ledger is not there to tell repeats: what is remembered tells those that came here.
        var fresh: [Waiting] = []
        var brought: [[UInt8]: UInt64] = [:]
        for item in batch {
            let first = submission(of: item.share) ?? brought[item.share.proofHash]
            if let first, first != item.share.submissionID {
                settle(item, .duplicate)
            } else {
                brought[item.share.proofHash] = item.share.submissionID
                fresh.append(item)
            }
        }
        guard !fresh.isEmpty else { return }
        do throws(SystemError) {
            try await spool.append(fresh.map(\.share))
            surroundings.health.met(Self.condition)
        } catch {
            surroundings.log.error("shares cannot be kept", ["error": error, "shares": fresh.count])
            surroundings.health.failed(Self.condition, because: error.description)
            for item in fresh { fail(item, .unavailable("neither the ledger nor the disk takes shares now")) }
            return
        }
        metrics.spoolBytes.set(Int64(clamping: await spool.byteCount))
        for item in fresh {
            remember(item.share, as: .recorded)
            settle(item, .recorded)
        }
        replay.wake()
    }

    private func submission(of share: AcceptedShare) -> UInt64? {
        Hash256(share.proofHash).flatMap { proofs.submission(of: $0, job: share.jobID) }
    }

    private func remember(_ share: AcceptedShare, as outcome: ShareOutcome) {
        guard let key = Hash256(share.proofHash) else { return }
        let submission = outcome == .recorded ? share.submissionID : RememberedProofs.otherSubmission
        proofs.add(key, job: share.jobID, submission: submission)
    }

    private func settle(_ item: Waiting, _ outcome: ShareOutcome) {
        guard var call = calls[item.call] else { return }
        call.outcomes[item.index] = outcome
        call.openCount -= 1
        calls[item.call] = call.openCount == 0 ? nil : call
        if call.openCount == 0 { call.done.resume(returning: .success(call.outcomes)) }
    }

    private func fail(_ item: Waiting, _ error: RPCError) {
        calls.removeValue(forKey: item.call)?.done.resume(returning: .failure(error))
    }
}
