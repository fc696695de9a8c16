import Gateway
import Messages
import Messaging

/// Job and share services that answer at once, so that only the gateway is measured.
struct InstantPool: JobsHandler, SharesHandler {
    /// As large as one of a full block: twelve steps up the tree.
    private static let job = Job(
        jobID: 1,
        algorithm: "scrypt",
        height: 3_000_000,
        version: 0x2000_0000,
        previousHash: [UInt8](repeating: 1, count: 32),
        bits: 0x207f_ffff,
        currentTime: 1_790_000_000,
        minimumTime: 1_789_990_000,
        coinbase1: [UInt8](repeating: 2, count: 60),
        coinbase2: [UInt8](repeating: 3, count: 120),
        extranonce1Size: 4,
        extranonce2Size: 4,
        merkleBranch: [[UInt8]](repeating: [UInt8](repeating: 4, count: 32), count: 12),
        networkTarget: [UInt8](repeating: 5, count: 32),
        shareTarget: [UInt8](repeating: 6, count: 32)
    )

    private static let offer = BinOffer(
        signedLease: [UInt8](repeating: 7, count: 180),
        lease: Lease(
            leaseID: 1,
            jobID: 1,
            extranonce1: 1,
            start: 0,
            count: 100_000,
            time: 1_790_000_000,
            shareTarget: [UInt8](repeating: 6, count: 32),
            expiresAtMs: 1_790_000_060_000
        ),
        expectedDurationMs: 5_000
    )

    func getJob(_ request: GetJobRequest) async throws(RPCError) -> Job { Self.job }

    func getTemplate(_ request: GetTemplateRequest) async throws(RPCError) -> Template {
        throw .unavailable("nothing that a gateway asks for")
    }

    func leaseBin(_ request: LeaseBinRequest) async throws(RPCError) -> BinOffer { Self.offer }

    func reportBin(_ request: ReportBinRequest) async throws(RPCError) -> ReportBinReply {
        ReportBinReply(currentJobID: 1)
    }

    func getClientSpeed(_ request: GetClientSpeedRequest) async throws(RPCError) -> ClientSpeed { ClientSpeed() }

    func getTransactions(_ request: GetTransactionsRequest) async throws(RPCError) -> TransactionList {
        TransactionList()
    }

    func leaseSessions(_ request: LeaseSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        LeaseSessionsReply()
    }

    func renewSessions(_ request: RenewSessionsRequest) async throws(RPCError) -> LeaseSessionsReply {
        LeaseSessionsReply()
    }

    func getPoolSpeed(_ request: Empty) async throws(RPCError) -> PoolSpeed { PoolSpeed() }

    func judgeShares(_ request: JudgeSharesRequest) async throws(RPCError) -> JudgeSharesReply {
        JudgeSharesReply(
            verdicts: request.submissions.map { submission in
                SubmissionVerdict(leaseValid: true, verdicts: submission.proofs.map { _ in Verdict(status: .accepted) })
            }
        )
    }
}

extension InstantPool {
    func judgeSessionShares(
        _ request: JudgeSessionSharesRequest
    ) async throws(RPCError) -> JudgeSessionSharesReply {
        JudgeSessionSharesReply(statuses: request.submissionIDs.map { _ in ShareStatus.accepted.rawValue })
    }
}

/// A service that is away.
struct UnavailableDispatcher: RPCDispatcher {
    var methods: [String] { [] }

    func dispatch(_ method: String, _ payload: [UInt8]) async throws(RPCError) -> [UInt8] {
        throw .unavailable("not part of this measurement")
    }
}

/// A topic on which nothing is ever said.
struct Silence<Body: WireMessage>: EventSource {
    func next() async throws(MessagingError) -> Body {
        while true {
            do { try await Task.sleep(for: .seconds(3_600)) } catch { throw .cancelled }
        }
    }
}
