internal import BlockFormat
internal import Ledger
package import Messages
internal import MiningDomain
internal import PostgresClient
internal import ServiceRuntime
import Synchronization

/// The `Ledger` service of `Proto/lode/v1/ledger.proto`.
package struct LedgerCalls: LedgerHandler {
    /// Shares in one request.
    package static let shareCountMax = 10_000
    private static let proofHashByteCount = 32

    private let recorder: ShareRecorder
    private let blocks: BlockBook
    private let minerStatements: MinerStatements
    private let poolStatements: PoolStatements
    let workHistory: WorkHistory
    let roundHistory: RoundHistory
    let poolHistory: PoolHistory
    let moneyHistory: MoneyHistory
    let nodeStates: NodeStates
    let operatorLog: OperatorLog
    let rewardAddress: RewardAddressBook
    let proofs: ProofShelf
    let network: Network
    private let auditDays: Int
    private let surroundings: Surroundings
    let readiness: Readiness

    init(
        _ settings: PayoutSettings,
        pool: ConnectionPool,
        recorder: ShareRecorder,
        wallet: any PayoutWallet,
        readiness: Readiness,
        surroundings: Surroundings
    ) {
        self.recorder = recorder
        self.readiness = readiness
        self.surroundings = surroundings
        network = settings.network
        auditDays = settings.auditDays
        blocks = BlockBook(
            store: PostgresBlocks(pool: pool),
            terms: settings.terms,
            depths: settings.depths
        )
        minerStatements = MinerStatements(pool: pool)
        poolStatements = PoolStatements(pool: pool)
        workHistory = WorkHistory(pool: pool)
        roundHistory = RoundHistory(pool: pool)
        poolHistory = PoolHistory(pool: pool)
        moneyHistory = MoneyHistory(pool: pool)
        nodeStates = NodeStates(pool: pool)
        operatorLog = OperatorLog(pool: pool, surroundings: surroundings)
        proofs = ProofShelf(root: ProofReader(pool: pool).root, read: ProofReader(pool: pool).credits)
        rewardAddress = RewardAddressBook(pool: pool, wallet: wallet, settings: settings)
    }

    package func recordShares(_ request: RecordSharesRequest) async throws(RPCError) -> RecordSharesReply {
        try readiness.check()
        try check(request)
        return RecordSharesReply(duplicatePlaces: try await recorder.record(request))
    }

    package func recordBlock(_ request: BlockReport) async throws(RPCError) -> RecordBlockReply {
        try readiness.check()
        let report = try CheckedReport(request, on: network)
        let outcome = try await onDatabase { () async throws(PostgresError) in
            try await blocks.record(report, nowMs: nowMs)
        }
        switch outcome {
        case .contradicts(let reason):
            surroundings.log.error("block report refused", ["hash": report.hash, "reason": reason])
            throw .failedPrecondition(reason)
        case .recorded(let record):
            tell(record, of: report)
            return RecordBlockReply(stage: BlockStage(record.stage))
        }
    }

    private func tell(_ record: BlockBook.Record, of report: CheckedReport) {
        let log = surroundings.log
        if !record.changes.isEmpty {
            log.info("block's money moved", ["hash": report.hash, "stage": record.stage.rawValue])
        }
        if record.debt > .zero {
            log.error(
                "a block's money was taken back after it went into payouts: miners owe it",
                ["hash": report.hash, "units": record.debt.units]
            )
        }
        if record.reward != report.reward {
            log.error(
                "a block is said to pay more than was credited: nothing is added",
                ["hash": report.hash, "credited": record.reward.units, "reported": report.reward.units]
            )
        }
    }

    package func getMiner(_ request: GetMinerRequest) async throws(RPCError) -> MinerStatement {
        try readiness.check()
        let account = try account(request.address)
        guard !request.worker.utf8.contains(0) else { throw .invalidArgument("worker is no worker's name") }
        return try await onDatabase { () async throws(PostgresError) in
            try await minerStatements.statement(of: account, worker: request.worker, nowMs: nowMs)
        }
    }

    package func getPool(_ request: GetPoolRequest) async throws(RPCError) -> PoolStatement {
        try readiness.check()
        return try await onDatabase { () async throws(PostgresError) in
            try await poolStatements.statement(blockCount: request.blocks, nowMs: nowMs)
        }
    }

    package func getRewardAddress(_ request: Empty) async throws(RPCError) -> RewardAddress {
        try readiness.check()
        return RewardAddress(address: try await rewardAddress.address().text)
    }

    func account(_ address: String) throws(RPCError) -> AccountName {
        guard let account = AccountName(address: address, on: network) else {
            throw .invalidArgument("address is no address of \(network)")
        }
        return account
    }

    var nowMs: Int64 { surroundings.nowMs }

    /// Refuses here what the database would refuse, because there it would take its neighbours with it; clients are
    /// looked at when their numbers are.
    private func check(_ request: RecordSharesRequest) throws(RPCError) {
        let count = request.shareCount
        for length in [count, request.refused.count, request.clients.count] where length > Self.shareCountMax {
            throw .invalidArgument("more than \(Self.shareCountMax) shares")
        }
        let lengths = [
            request.submissionIDs.count, request.works.count, request.judgedAtMs.count, request.clientPlaces.count,
        ]
        guard lengths.allSatisfy({ $0 == count }), request.proofHashes.count == count * Self.proofHashByteCount else {
            throw .invalidArgument("columns of different lengths")
        }
        guard request.headerTimes.isEmpty || request.headerTimes.count == count else {
            throw .invalidArgument("columns of different lengths")
        }
        let days = ShareDayRange(nowMs: surroundings.clock.unixMilliseconds, auditDays: auditDays)
        guard days.contains(request.headerTimes) else {
            throw .failedPrecondition("a header's time is of a day whose shares are not kept any more, or not yet")
        }
        guard !request.works.contains(0) else { throw .invalidArgument("a work is zero") }
        let clientCount = request.clients.count
        guard request.clientPlaces.allSatisfy({ $0 < clientCount }) else {
            throw .invalidArgument("a place in client_places is out of range")
        }
        guard request.refused.allSatisfy({ $0.client != nil }) else { throw .invalidArgument("client is not given") }
    }

    func onDatabase<Value>(
        _ call: () async throws(PostgresError) -> Value
    ) async throws(RPCError) -> Value {
        do throws(PostgresError) {
            return try await call()
        } catch {
            if !error.isRetryable { surroundings.log.error("the database refuses", ["error": "\(error)"]) }
            throw RPCError(error)
        }
    }
}

/// Whether the database is there and has our tables.
final class Readiness: Sendable {
    private let isReady = Atomic(false)

    func open() {
        isReady.store(true, ordering: .releasing)
    }

    func check() throws(RPCError) {
        guard isReady.load(ordering: .acquiring) else { throw .unavailable("the ledger waits for its database") }
    }
}

extension RPCError {
    init(_ error: PostgresError) {
        self = error.isRetryable ? .unavailable("\(error)") : .internal("\(error)")
    }
}
