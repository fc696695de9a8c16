import Cryptography
import Hashing
import JSON
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import ShareService
import Synchronization
import System

/// Shares judged: valid ones, each new, from the signed lease to the verdict, with a ledger that answers at once.
///
/// `judged` calls the service in this process; `called` goes through its socket, as the Gateway does. Making the
/// requests is not counted.
struct SharesSection: BenchSection {
    let name = "shares"
    let about = "shares judged per second of processor time in the share service"

    private static let nowMs: UInt64 = 1_790_000_000_000
    static let outstanding = 8

    /// So many calls, each of so many submissions, each of so many proofs.
    private struct Load {
        let name: String
        let calls: Int
        let submissions: Int
        let proofs: Int
    }

    func run() async throws -> JSON {
        var results = JSONObject()
        for algorithm in [ProofAlgorithm.sha256d, .scrypt] {
            let folder = "/tmp/lode-bench-shares-\(ProcessEnvironment.processID)-\(algorithm.rawValue)"
            let outcome: Result<JSON, any Error>
            do {
                outcome = .success(try await measure(algorithm, folder))
            } catch {
                outcome = .failure(error)
            }
            try Folder.removeTree(folder)
            results[algorithm.rawValue] = try outcome.get()
        }
        return .object(results)
    }

    private static func loads(_ algorithm: ProofAlgorithm) -> [Load] {
        switch algorithm {
        case .sha256d:
            [
                Load(name: "1_proof_a_call", calls: 10_000, submissions: 1, proofs: 1),
                Load(name: "100_submissions_of_1", calls: 1_000, submissions: 100, proofs: 1),
                Load(name: "10_submissions_of_100", calls: 200, submissions: 10, proofs: 100),
            ]
        case .scrypt:
            [
                Load(name: "1_proof_a_call", calls: 2_000, submissions: 1, proofs: 1),
                Load(name: "100_submissions_of_1", calls: 200, submissions: 100, proofs: 1),
                Load(name: "10_submissions_of_100", calls: 40, submissions: 10, proofs: 100),
            ]
        }
    }

    private static func sessionLoads(_ algorithm: ProofAlgorithm) -> [SessionLoad] {
        let shareCount = algorithm == .sha256d ? 200_000 : 20_000
        return [10, 100, 1_000].map { SessionLoad(shareCount: $0, callCount: shareCount / $0) }
    }

    private func measure(_ algorithm: ProofAlgorithm, _ folder: String) async throws -> JSON {
        guard let key = AuthenticationKey([UInt8](repeating: 1, count: AuthenticationKey.byteCount)) else {
            preconditionFailure("the key has its length")
        }
        let surroundings = Surroundings(
            log: Log(service: "bench", minimum: .error, clock: SystemClock(), sink: StandardError()),
            metrics: Metrics(),
            health: Health(),
            clock: StandingClock(unixMilliseconds: Self.nowMs)
        )
        let peers = InstantPeers(job: Self.job(algorithm))
        let service = try await ShareService(
            settings: ShareServiceSettings(
                listening: [try MessagingAddress(parsing: "ipc://\(folder).sock")],
                dataFolder: folder
            ),
            leaseKey: key,
            jobs: peers,
            events: peers,
            ledger: peers,
            blocks: peers,
            surroundings: surroundings
        )
        let running = Task { try await service.run() }
        let client = SharesClient(
            try RPCClient(dialing: service.addresses, metrics: Metrics()),
            timeout: .seconds(60)
        )
        var nextNonce: UInt32 = 0
        var results = JSONObject()
        for load in Self.loads(algorithm) {
            let judged = try await Self.rate(load, by: service.judge, Self.requests(load, key, from: &nextNonce))
            let called = try await Self.rate(load, by: client, Self.requests(load, key, from: &nextNonce))
            results[load.name] = ["judged_per_cpu_second": JSON(judged), "called_per_cpu_second": JSON(called)]
        }
        for load in Self.sessionLoads(algorithm) {
            let judged = try await load.rate(by: service.judge, load.requests(key, from: &nextNonce))
            let called = try await load.rate(by: client, load.requests(key, from: &nextNonce))
            results["\(load.shareCount)_session_shares"] = [
                "judged_per_cpu_second": JSON(judged), "called_per_cpu_second": JSON(called),
            ]
        }
        running.cancel()
        try await running.value
        return .object(results)
    }

    private static func rate(
        _ load: Load,
        by handler: any SharesHandler,
        _ requests: [JudgeSharesRequest]
    ) async throws -> UInt64 {
        let before = ProcessTime.now
        let queue = RequestQueue(requests)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<outstanding {
                group.addTask {
                    while let request = queue.next() {
                        let reply = try await handler.judgeShares(request)
                        let isGood = reply.verdicts.allSatisfy { $0.verdicts.allSatisfy { $0.status == .accepted } }
                        precondition(isGood, "every proof of the benchmark is good")
                    }
                }
            }
            try await group.waitForAll()
        }
        let used = ProcessTime.now - before
        return UInt64(Double(load.calls * load.submissions * load.proofs) / (used / .seconds(1)))
    }

    private static func requests(
        _ load: Load,
        _ key: AuthenticationKey,
        from nextNonce: inout UInt32
    ) -> [JudgeSharesRequest] {
        let client = Client(
            address: "rltc1qbench0000000000000000000000000000000",
            worker: "rig1",
            clientID: [UInt8](repeating: 7, count: 16)
        )
        let lease = Lease(
            leaseID: 1,
            jobID: 1,
            client: client,
            extranonce1: 1,
            start: 0,
            count: 1 << 32,
            time: 1_790_000_000,
            shareTarget: [UInt8](repeating: 0xff, count: 32),
            issuedAtMs: nowMs,
            expiresAtMs: nowMs + 60_000
        )
        .encoded()
        let signed = lease + key.code(for: lease)
        return (0..<load.calls).map { _ in
            JudgeSharesRequest(
                submissions: (0..<load.submissions).map { _ in
                    let proofs = (0..<UInt32(load.proofs)).map { Proof(nonce: nextNonce + $0) }
                    nextNonce += UInt32(load.proofs)
                    return Submission(
                        submissionID: UInt64(nextNonce),
                        client: client,
                        signedLease: signed,
                        proofs: proofs
                    )
                }
            )
        }
    }

    /// A job as a full block of some thousand transactions makes it.
    private static func job(_ algorithm: ProofAlgorithm) -> Job {
        Job(
            jobID: 1,
            algorithm: algorithm.rawValue,
            height: 100,
            version: 0x2000_0000,
            previousHash: [UInt8](repeating: 1, count: 32),
            bits: 0x1a00_ffff,
            currentTime: 1_790_000_000,
            minimumTime: 1_789_990_000,
            coinbase1: [UInt8](repeating: 2, count: 70),
            coinbase2: [UInt8](repeating: 3, count: 120),
            extranonce1Size: 4,
            extranonce2Size: 4,
            merkleBranch: (0..<12).map { [UInt8](repeating: $0, count: 32) },
            networkTarget: [UInt8](repeating: 0, count: 32),
            shareTarget: [UInt8](repeating: 0xff, count: 32),
            createdAtMs: nowMs
        )
    }
}

/// Requests that several tasks take from.
final class RequestQueue<Request: Sendable>: Sendable {
    private let requests: [Request]
    private let taken = Atomic(0)

    init(_ requests: [Request]) {
        self.requests = requests
    }

    func next() -> Request? {
        let number = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        return number < requests.count ? requests[number] : nil
    }
}

/// Time stands still for leases, and passes for polls.
private struct StandingClock: WallClock {
    let unixMilliseconds: UInt64
    var monotonicMilliseconds: UInt64 { unixMilliseconds }

    func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}

/// All other services at once, each answering without delay.
private struct InstantPeers: JobLookup, JobEvents, ShareLedger, BlockSubmission {
    let job: Job

    func getJob(_ request: GetJobRequest) async throws(RPCError) -> Job { job }

    func next() async throws(MessagingError) -> Job {
        try? await Task.sleep(for: .seconds(86_400))
        throw .cancelled
    }

    func recordShares(_ request: RecordSharesRequest) async throws(RPCError) -> RecordSharesReply {
        RecordSharesReply()
    }

    func submitBlock(_ request: BlockCandidate) async throws(RPCError) -> SubmitBlockReply { SubmitBlockReply() }
}
