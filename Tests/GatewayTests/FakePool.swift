import Gateway
import Hashing
import Messages
import Messaging
import Synchronization

/// The other services, as a test wants them.
final class FakePool: Sendable {
    struct State: Sendable {
        var job: Job? = FakePool.job(1)
        var oldJobs: [UInt64: Job] = [:]
        var jobsError: RPCError?
        var sharesError: RPCError?
        var ledgerError: RPCError?
        var leases: [LeaseBinRequest] = []
        var nextOffer = FakePool.offer(start: 0, count: 100_000)
        var reports: [ReportBinRequest] = []
        var reportReply = ReportBinReply(currentJobID: 1)
        var batches: [JudgeSharesRequest] = []
        /// By nonce.
        var statuses: [UInt32: ShareStatus] = [:]
        var solvingNonces: Set<UInt32> = []
        var validLease: [UInt8] = FakePool.lease
        var speed = ClientSpeed(hashrate: 12_345, binSize: 60_000, seenAtMs: 1)
        var poolSpeed = PoolSpeed(hashrate: 99, clients: 3, workers: 2, binsLeased: 7)
        var statement = MinerStatement()
        var minerRequests: [GetMinerRequest] = []
        var proofRequests: [GetProofRequest] = []
        var proof: BlockProof?
        var banEntries: [BanEntry] = []
        var figures = FakeFigures()
        var blocks: [BlockEntry] = []
        var sessions = FakeSessions()
        var transactions: Result<[[UInt8]], RPCError> = .failure(.notFound("no job of this pool has transactions"))
        var transactionRequests: [UInt64] = []
    }

    static let lease: [UInt8] = Array("a signed lease".utf8)

    let state = Mutex(State())
    let jobEvents = FakeEvents<Job>()
    let blockEvents = FakeEvents<BlockChanged>()

    func update(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
    }

    func read<Value: Sendable>(_ body: (State) -> Value) -> Value {
        state.withLock { body($0) }
    }

    static func job(_ id: UInt64, clean: Bool = false) -> Job {
        Job(
            jobID: id,
            algorithm: "scrypt",
            height: 123,
            version: 0x2000_0000,
            previousHash: Array(0..<32),
            bits: 0x207f_ffff,
            currentTime: 1_790_000_000,
            minimumTime: 1_789_990_000,
            coinbase1: [1, 2],
            coinbase2: [3, 0xff],
            extranonce1Size: 4,
            extranonce2Size: 4,
            merkleBranch: [[UInt8](repeating: 0xab, count: 32)],
            networkTarget: [0x7f, 0xff, 0xff] + [UInt8](repeating: 0, count: 29),
            shareTarget: [0x00, 0xff] + [UInt8](repeating: 0, count: 30),
            clean: clean
        )
    }

    static func offer(start: UInt64, count: UInt64, durationMs: UInt32 = 5_000) -> BinOffer {
        BinOffer(
            signedLease: lease,
            lease: Lease(
                leaseID: 5,
                jobID: 1,
                extranonce1: 0x0102_0304,
                start: start,
                count: count,
                time: 1_790_000_000,
                shareTarget: [0x00, 0xff] + [UInt8](repeating: 0, count: 30),
                expiresAtMs: 1_790_000_060_999
            ),
            expectedDurationMs: durationMs
        )
    }
}

extension FakePool: JobsHandler {
    func getJob(_ request: GetJobRequest) async throws(RPCError) -> Job {
        let (job, old, error) = state.withLock { ($0.job, $0.oldJobs[request.jobID], $0.jobsError) }
        if let error { throw error }
        guard request.jobID != 0 else {
            guard let job else { throw .unavailable("no template yet") }
            return job
        }
        guard let found = old ?? (job?.jobID == request.jobID ? job : nil) else { throw .notFound("no such job") }
        return found
    }

    func getTemplate(_ request: GetTemplateRequest) async throws(RPCError) -> Template {
        throw .unknownMethod("not for a gateway")
    }

    func getTransactions(_ request: GetTransactionsRequest) async throws(RPCError) -> TransactionList {
        let transactions = state.withLock { state in
            state.transactionRequests.append(request.jobID)
            return state.transactions
        }
        return TransactionList(transactions: try transactions.get())
    }

    func leaseSessions(_ request: LeaseSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        try lease(request)
    }

    func renewSessions(_ request: RenewSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        try renew(request)
    }

    func leaseBin(_ request: LeaseBinRequest) async throws(RPCError) -> BinOffer {
        let (offer, error) = state.withLock { state in
            state.leases.append(request)
            return (state.nextOffer, state.jobsError)
        }
        if let error { throw error }
        return offer
    }

    func reportBin(_ request: ReportBinRequest) async throws(RPCError) -> ReportBinReply {
        let (reply, error) = state.withLock { state in
            state.reports.append(request)
            let foreign = request.signedLease == state.validLease ? nil : RPCError.invalidArgument("not our lease")
            return (state.reportReply, state.jobsError ?? foreign)
        }
        if let error { throw error }
        return reply
    }

    func getClientSpeed(_ request: GetClientSpeedRequest) async throws(RPCError) -> ClientSpeed {
        let (speed, error) = state.withLock { ($0.speed, $0.jobsError) }
        if let error { throw error }
        return speed
    }

    func getPoolSpeed(_ request: Empty) async throws(RPCError) -> PoolSpeed {
        let (speed, error) = state.withLock { ($0.poolSpeed, $0.jobsError) }
        if let error { throw error }
        return speed
    }
}

extension FakePool: SharesHandler {
    func judgeShares(_ request: JudgeSharesRequest) async throws(RPCError) -> JudgeSharesReply {
        let (verdicts, error) = state.withLock { state in
            state.batches.append(request)
            return (request.submissions.map { Self.verdict($0, state) }, state.sharesError)
        }
        if let error { throw error }
        return JudgeSharesReply(verdicts: verdicts)
    }

    func judgeSessionShares(
        _ request: JudgeSessionSharesRequest
    ) async throws(RPCError) -> JudgeSessionSharesReply {
        try await judge(request)
    }

    private static func verdict(_ submission: Submission, _ state: State) -> SubmissionVerdict {
        guard submission.signedLease == state.validLease else { return SubmissionVerdict(leaseValid: false) }
        return SubmissionVerdict(
            leaseValid: true,
            verdicts: submission.proofs.map { proof in
                Verdict(
                    status: state.statuses[proof.nonce] ?? .accepted,
                    block: state.solvingNonces.contains(proof.nonce)
                )
            }
        )
    }
}

/// What the ledger remembers, and what it was asked.
struct FakeFigures: Sendable {
    var asked: [String] = []
    /// Questions wait here, when there is one.
    var gate: Gate?
    var pool = PoolFigures()
    var account = AccountFigures()
    var samples = Samples()
    var work: WorkByAccount? = WorkByAccount()
    var payouts = Payouts()
    var finders = Finders()
    var entries = Entries()
}

extension FakePool {
    private func figure<Value: Sendable>(
        _ question: String,
        _ value: (FakeFigures) -> Value
    ) async throws(RPCError) -> Value {
        let (value, error, gate) = state.withLock { state in
            state.figures.asked.append(question)
            return (value(state.figures), state.ledgerError, state.figures.gate)
        }
        await gate?.pass()
        if let error { throw error }
        return value
    }

    func recordNode(_ request: NodeState) async throws(RPCError) -> Empty { throw .unknownMethod("not for a gateway") }

    func recordBan(_ request: BanEntry) async throws(RPCError) -> Empty {
        let error = state.withLock { state in
            state.banEntries.append(request)
            return state.ledgerError
        }
        if let error { throw error }
        return Empty()
    }

    func getFigures(_ request: GetFiguresRequest) async throws(RPCError) -> PoolFigures {
        try await figure("pool", \.pool)
    }

    func getAccount(_ request: GetAccountRequest) async throws(RPCError) -> AccountFigures {
        try await figure(request.address, \.account)
    }

    func getSamples(_ request: GetSamplesRequest) async throws(RPCError) -> Samples {
        try await figure("\(request.address) \(request.worker) \(request.hours)", \.samples)
    }

    func getWork(_ request: GetWorkRequest) async throws(RPCError) -> WorkByAccount {
        guard let work = try await figure("\(request.block.count) \(request.count)", \.work) else {
            throw .notFound("no credits")
        }
        return work
    }

    func getPayouts(_ request: GetPayoutsRequest) async throws(RPCError) -> Payouts {
        try await figure("\(request.address) \(request.pending) \(request.before) \(request.count)", \.payouts)
    }

    func getFinders(_ request: GetFindersRequest) async throws(RPCError) -> Finders {
        try await figure("\(request.count)", \.finders)
    }

    func getEntries(_ request: GetEntriesRequest) async throws(RPCError) -> Entries {
        try await figure("\(request.address) \(request.after) \(request.count)", \.entries)
    }
}

extension FakePool: LedgerHandler {
    func recordShares(_ request: RecordSharesRequest) async throws(RPCError) -> RecordSharesReply {
        throw .unknownMethod("not for a gateway")
    }

    func recordBlock(_ request: BlockReport) async throws(RPCError) -> RecordBlockReply {
        throw .unknownMethod("not for a gateway")
    }

    func getRewardAddress(_ request: Empty) async throws(RPCError) -> RewardAddress {
        throw .unknownMethod("not for a gateway")
    }

    func getProof(_ request: GetProofRequest) async throws(RPCError) -> BlockProof {
        let (proof, error) = state.withLock { state in
            state.proofRequests.append(request)
            return (state.proof, state.ledgerError)
        }
        if let error { throw error }
        guard let proof else { throw .notFound("no credits of this block") }
        return proof
    }

    func getMiner(_ request: GetMinerRequest) async throws(RPCError) -> MinerStatement {
        let (statement, error) = state.withLock { state in
            state.minerRequests.append(request)
            return (state.statement, state.ledgerError)
        }
        if let error { throw error }
        return statement
    }

    func getPool(_ request: GetPoolRequest) async throws(RPCError) -> PoolStatement {
        let (blocks, error) = state.withLock { ($0.blocks, $0.ledgerError) }
        if let error { throw error }
        return PoolStatement(blocks: blocks)
    }
}

/// Announcements that a test makes.
final class FakeEvents<Body: WireMessage>: EventSource {
    private struct State {
        var line: [Body] = []
        var waiter: CheckedContinuation<Body?, Never>?
    }

    private let state = Mutex(State())

    func publish(_ body: Body) {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter.take() else {
                state.line.append(body)
                return CheckedContinuation<Body?, Never>?.none
            }
            return waiter
        }
        waiter?.resume(returning: body)
    }

    func next() async throws(MessagingError) -> Body {
        let body = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let ready: Body?? = state.withLock { state in
                    if Task.isCancelled { return .some(nil) }
                    guard state.line.isEmpty else { return state.line.removeFirst() }
                    state.waiter = waiter
                    return nil
                }
                if let ready { waiter.resume(returning: ready) }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume(returning: nil)
        }
        guard let body else { throw .cancelled }
        return body
    }
}
