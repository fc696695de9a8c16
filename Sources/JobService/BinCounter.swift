import Bins
import Cryptography
package import Messages
import MiningDomain
import ServiceRuntime
import Synchronization
import System

/// Answers calls: what the current job is, and which bin a client gets.
package final class BinCounter: JobsHandler {
    /// The pool's speed is added up no more often than this, in milliseconds.
    private static let speedAgeMs: UInt64 = 1_000

    /// The values that bins are cut under are noted as in use for so long ahead, in milliseconds: a write now and then.
    private static let extranonceAheadMs: UInt64 = 7_200_000

    private struct State {
        var book: JobBook
        /// Whose space the current job's bins lie in; the last is cut from now.
        var extranonces: [UInt32]
        /// Until when disk has these as in use; Unix time in milliseconds.
        var extranoncesUntilMs: UInt64
        var poolSpeed: (speed: BinDesk.PoolSpeed, atMs: UInt64)?
    }

    private let state: Mutex<State>
    private let store: JobStore
    private let signer: LeaseSigner
    private let extranonces: ExtranonceCounter
    private let sessions: SessionDesk
    private let metrics: JobMetrics
    private let surroundings: Surroundings

    /// - Throws: When there is no extranonce1 for bins.
    init(
        rules: BinRules,
        kept: [Job],
        store: JobStore,
        signer: LeaseSigner,
        extranonces: ExtranonceCounter,
        sessions: SessionDesk,
        metrics: JobMetrics,
        surroundings: Surroundings
    ) throws(ExtranonceError) {
        let nowMs = surroundings.clock.unixMilliseconds
        let untilMs = nowMs + Self.extranonceAheadMs
        let values = try extranonces.take(1, untilMs: untilMs, nowMs: nowMs)
        extranonces.hold(values)
        let desk = BinDesk(rules: rules, extranonce1: values[0], nowMs: nowMs)
        let book = JobBook(desk: desk, kept: kept)
        state = Mutex(State(book: book, extranonces: values, extranoncesUntilMs: untilMs))
        self.sessions = sessions
        self.store = store
        self.signer = signer
        self.extranonces = extranonces
        self.metrics = metrics
        self.surroundings = surroundings
    }

    private var nowMs: UInt64 { surroundings.clock.unixMilliseconds }

    var current: Job? { state.withLock(\.book.current) }

    /// The job was stored and is the one to work on from now on.
    func open(_ job: Job, id: JobID) {
        state.withLock { state in
            state.book.open(job, id: id)
            state.extranonces = state.extranonces.suffix(1)
            extranonces.hold(state.extranonces)
        }
    }

    /// The current job's tip was left: there is none until the next.
    func withdraw() {
        state.withLock { $0.book.withdraw() }
    }

    /// Forgets old jobs, expired bins and clients that are gone.
    ///
    /// - Returns: Jobs that need not be kept on disk any more.
    func sweep(jobsBeforeMs: UInt64) -> [JobID] {
        let nowMs = nowMs
        metrics.extranonceSegmentsLive.set(Int64(extranonces.liveSegmentCount(nowMs: nowMs)))
        return state.withLock { state in
            let before = state.book.desk.counts
            state.book.desk.sweep(nowMs: nowMs)
            metrics.count(before, state.book.desk.counts)
            metrics.clients.set(Int64(state.book.desk.clientCount))
            metrics.hashrate.set(Int64(clamping: poolSpeed(&state, nowMs: nowMs).hashrate))
            return state.book.forget(beforeMs: jobsBeforeMs)
        }
    }
}

// MARK: - Jobs

extension BinCounter {
    package func getJob(_ request: GetJobRequest) async throws(RPCError) -> Job {
        let (job, isWithdrawn) = state.withLock { state in
            (
                state.book.jobs[request.jobID] ?? (request.jobID == 0 ? state.book.current : nil),
                state.book.isWithdrawn
            )
        }
        if let job { return job }
        guard request.jobID == 0 else { throw .notFound("this job is not kept any more") }
        throw isWithdrawn
            ? .failedPrecondition("the chain has a new tip, and no node gives a template for it")
            : .unavailable("there is no job yet: the node has not given a template")
    }

    package func getTemplate(_ request: GetTemplateRequest) async throws(RPCError) -> Template {
        guard let id = JobID(request.jobID), state.withLock({ $0.book.jobs[request.jobID] }) != nil,
            let template = await store.template(id)
        else { throw .notFound("this job is not kept any more") }
        return template
    }

    package func getTransactions(_ request: GetTransactionsRequest) async throws(RPCError) -> TransactionList {
        try await getTemplate(GetTemplateRequest(jobID: request.jobID)).transactionList()
    }
}

// MARK: - Sessions

extension BinCounter {
    package func leaseSessions(_ request: LeaseSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        try await sessions.lease(request)
    }

    package func renewSessions(_ request: RenewSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        try await sessions.renew(request)
    }
}

// MARK: - Bins

extension BinCounter {
    package func leaseBin(_ request: LeaseBinRequest) async throws(RPCError) -> BinOffer {
        let client = try client(request.client)
        let nowMs = nowMs
        let (answer, target) = try state.withLock { state throws(RPCError) in
            try keepExtranonces(&state, nowMs: nowMs)
            let before = state.book.desk.counts
            var answer = state.book.desk.lease(client, hint: request.hashrate, nowMs: nowMs)
            if answer == .exhausted {
                try extend(&state, nowMs: nowMs)
                answer = state.book.desk.lease(client, hint: request.hashrate, nowMs: nowMs)
            }
            metrics.count(before, state.book.desk.counts)
            guard case .leased(let lease) = answer else { return (answer, [UInt8]()) }
            return (answer, state.book.jobs[lease.job.value]?.shareTarget ?? [])
        }
        switch answer {
        case .leased(let lease): return signer.offer(lease, shareTarget: target)
        case .noJob: throw .unavailable("there is no job: no node gives a template")
        case .tooManyClients: throw .resourceExhausted("too many clients at once: try again later")
        case .exhausted: throw .internal("a new search space was used up at once")
        }
    }

    package func reportBin(_ request: ReportBinRequest) async throws(RPCError) -> ReportBinReply {
        let client = try client(request.client)
        guard let (lease, shareTarget) = signer.lease(request.signedLease) else {
            throw .invalidArgument("signed_lease was not signed by this pool")
        }
        guard lease.client == client else { return ReportBinReply(currentJobID: current?.jobID ?? 0) }
        let report = BinReport(isDone: request.done, hits: UInt64(request.hits), furthest: request.furthest)
        let work = UInt64(clamping: shareTarget.work.hashes)
        let nowMs = nowMs
        let (answer, target, currentID) = try state.withLock { state throws(RPCError) in
            try keepExtranonces(&state, nowMs: nowMs)
            let before = state.book.desk.counts
            let answer = state.book.desk.report(report, of: lease, workPerHit: work, nowMs: nowMs)
            if answer == .exhausted { try extend(&state, nowMs: nowMs) }
            metrics.count(before, state.book.desk.counts)
            let currentID = state.book.current?.jobID ?? 0
            guard case .offer(let next) = answer else { return (answer, [UInt8](), currentID) }
            return (answer, state.book.jobs[next.job.value]?.shareTarget ?? [], currentID)
        }
        switch answer {
        case .noted, .exhausted: return ReportBinReply(currentJobID: currentID)
        case .offer(let next):
            return ReportBinReply(nextBin: signer.offer(next, shareTarget: target), currentJobID: currentID)
        }
    }

    /// Gives bins more room.
    private func extend(_ state: inout State, nowMs: UInt64) throws(RPCError) {
        do throws(ExtranonceError) {
            let values = try extranonces.take(1, untilMs: state.extranoncesUntilMs, nowMs: nowMs)
            state.extranonces += values
            extranonces.hold(state.extranonces)
            state.book.desk.extend(extranonce1: values[0])
        } catch {
            throw refused(error)
        }
    }

    /// Sees to it that a bin leased now ends before disk has its extranonce1 as free again.
    private func keepExtranonces(_ state: inout State, nowMs: UInt64) throws(RPCError) {
        guard nowMs + state.book.desk.rules.lifetimeMaxMs > state.extranoncesUntilMs else { return }
        let untilMs = nowMs + Self.extranonceAheadMs
        do throws(ExtranonceError) {
            _ = try extranonces.extend(state.extranonces, untilMs: untilMs, nowMs: nowMs)
            state.extranoncesUntilMs = untilMs
        } catch {
            throw refused(error)
        }
    }

    private func refused(_ error: ExtranonceError) -> RPCError {
        surroundings.log.error("no bin can be leased", ["reason": error])
        return error.answer
    }

    private func client(_ message: Client?) throws(RPCError) -> BinClient {
        guard let client = message.flatMap(BinClient.init) else {
            throw .invalidArgument("client needs an address, a worker's name and an id of 16 bytes")
        }
        return client
    }
}

// MARK: - Speeds

extension BinCounter {
    package func getClientSpeed(_ request: GetClientSpeedRequest) async throws(RPCError) -> ClientSpeed {
        let client = try client(request.client)
        guard let speed = state.withLock({ $0.book.desk.speed(of: client, workPerHit: work(of: $0.book.current)) })
        else {
            throw .notFound("this client has not asked for a bin lately")
        }
        return ClientSpeed(hashrate: speed.hashrate, binSize: speed.binSize, seenAtMs: speed.seenAtMs)
    }

    package func getPoolSpeed(_ request: Empty) async throws(RPCError) -> PoolSpeed {
        let nowMs = nowMs
        let (speed, leased) = state.withLock { (poolSpeed(&$0, nowMs: nowMs), $0.book.desk.counts.leased) }
        return PoolSpeed(
            hashrate: speed.hashrate,
            clients: UInt32(clamping: speed.clientCount),
            workers: UInt32(clamping: speed.workerCount),
            binsLeased: leased
        )
    }

    private func poolSpeed(_ state: inout State, nowMs: UInt64) -> BinDesk.PoolSpeed {
        if let known = state.poolSpeed, nowMs < known.atMs + Self.speedAgeMs { return known.speed }
        let speed = state.book.desk.poolSpeed(workPerHit: work(of: state.book.current), nowMs: nowMs)
        state.poolSpeed = (speed, nowMs)
        return speed
    }

    private func work(of job: Job?) -> UInt64 {
        let target = job.flatMap { Target(bigEndian: $0.shareTarget) } ?? JobRecipe.shareTargetEasiest
        return UInt64(clamping: target.work.hashes)
    }
}
