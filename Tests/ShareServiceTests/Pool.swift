import BlockFormat
import Cryptography
import Foundation
import Hashing
import Messages
import Messaging
import MiningDomain
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import ShareService

/// A job that is easy to reason about, and what a JobService and a miner would make of it.
struct TestJob {
    static let hardest = Target(UInt256(1))
    static let easiest = Target(UInt256.max)
    static let nowMs: UInt64 = 1_790_000_000_000

    var message: Job

    init(
        id: UInt64 = 1_000,
        height: UInt32 = 100,
        tip: UInt8 = 1,
        clean: Bool = false,
        algorithm: ProofAlgorithm = .sha256d,
        networkTarget: Target = TestJob.hardest
    ) {
        message = Job(
            jobID: id,
            algorithm: algorithm.rawValue,
            height: height,
            version: 0x2000_0000,
            previousHash: [UInt8](repeating: tip, count: 32),
            bits: 0x207f_ffff,
            currentTime: 1_790_000_000,
            minimumTime: 1_789_990_000,
            coinbase1: [UInt8](repeating: 2, count: 100),
            coinbase2: [3, 4, 5],
            extranonce1Size: 4,
            extranonce2Size: 4,
            merkleBranch: [[UInt8](repeating: 9, count: 32)],
            networkTarget: networkTarget.bigEndianBytes,
            shareTarget: TestJob.easiest.bigEndianBytes,
            reward: 50,
            createdAtMs: TestJob.nowMs,
            clean: clean
        )
    }

    var judged: JudgedJob {
        get throws { try #require(JudgedJob(message)) }
    }

    func lease(
        client: Client = miner,
        start: UInt64 = 0,
        count: UInt64 = 1_000_000,
        target: Target = TestJob.easiest,
        expiresAtMs: UInt64 = TestJob.nowMs + 60_000
    ) -> Lease {
        Lease(
            leaseID: 1,
            jobID: message.jobID,
            client: client,
            extranonce1: 0x0100_0001,
            start: start,
            count: count,
            time: 1_790_000_000,
            shareTarget: target.bigEndianBytes,
            issuedAtMs: TestJob.nowMs,
            expiresAtMs: expiresAtMs
        )
    }

    /// The 80 bytes that a miner of this lease hashes.
    func header(_ proof: Proof) throws -> [UInt8] {
        try judged.recipe.header(
            extranonce1: 0x0100_0001,
            extranonce2: proof.extranonce2,
            time: 1_790_000_000,
            nonce: proof.nonce
        )
    }

    func key(_ proof: Proof) throws -> Hash256 {
        Hash256.sha256d(of: try header(proof))
    }

    /// The proof hash as the number that targets are compared with.
    func target(metJustBy proof: Proof) throws -> Target {
        let algorithm = try judged.algorithm
        return try #require(Target(bigEndian: algorithm.hash(header: try header(proof)).bytes.reversed()))
    }
}

let miner = Client(address: "rltc1qminer", worker: "rig1", clientID: [UInt8](repeating: 7, count: 16))
let otherMiner = Client(address: "rltc1qother", worker: "rig1", clientID: [UInt8](repeating: 8, count: 16))

/// The key that these tests' JobService signs with.
func leaseKey() throws -> AuthenticationKey {
    try #require(AuthenticationKey([UInt8](repeating: 42, count: 32)))
}

func signed(_ lease: Lease) throws -> [UInt8] {
    let bytes = lease.encoded()
    return bytes + (try leaseKey().code(for: bytes))
}

func submission(_ id: UInt64, _ lease: Lease, by client: Client = miner, _ proofs: Proof...) throws -> Submission {
    Submission(submissionID: id, client: client, signedLease: try signed(lease), proofs: proofs)
}

/// The JobService as this one sees it.
final class FakeJobs: JobLookup, JobEvents {
    private struct State {
        var jobs: [UInt64: Job] = [:]
        var current: UInt64 = 0
        var isAway = false
        var isWithdrawn = false
        var lookups = 0
    }

    private let state = Mutex(State())
    private let (events, published) = AsyncStream.makeStream(of: Job.self)

    init(_ jobs: TestJob...) {
        for job in jobs { add(job) }
    }

    /// A new current job, of which no event tells.
    func add(_ job: TestJob) {
        state.withLock { state in
            state.jobs[job.message.jobID] = job.message
            state.current = job.message.jobID
        }
    }

    func publish(_ job: TestJob) {
        add(job)
        published.yield(job.message)
    }

    func forget(_ job: TestJob) { state.withLock { $0.jobs[job.message.jobID] = nil } }
    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    /// The current job's tip was left, and there is no other.
    func withdraw() { state.withLock { $0.isWithdrawn = true } }

    func getJob(_ request: GetJobRequest) async throws(RPCError) -> Job {
        if request.jobID == 0, state.withLock(\.isWithdrawn) { throw .failedPrecondition("no template") }
        let (isAway, job) = state.withLock { state in
            (state.isAway, state.jobs[request.jobID == 0 ? state.current : request.jobID])
        }
        guard !isAway else { throw .unavailable("away") }
        guard let job else { throw .notFound("no such job") }
        return job
    }

    func next() async throws(MessagingError) -> Job {
        for await job in events { return job }
        throw .cancelled
    }
}

/// One row of a request's columns.
struct AcceptedShare: Hashable {
    var proofHash: [UInt8]
    var jobID: UInt64
    var client: Client
    var work: UInt64
    var judgedAtMs: UInt64
    var submissionID: UInt64
    var headerTime: UInt32

    static func rows(of request: RecordSharesRequest) -> [AcceptedShare] {
        request.jobIDs.indices.map { share in
            AcceptedShare(
                proofHash: Array(request.proofHashes[(32 * share)..<(32 * share + 32)]),
                jobID: request.jobIDs[share],
                client: request.clients[Int(request.clientPlaces[share])],
                work: request.works[share],
                judgedAtMs: request.judgedAtMs[share],
                submissionID: request.submissionIDs[share],
                headerTime: request.headerTimes[share]
            )
        }
    }
}

/// The ledger's promise: a share is known by its proof hash, and the first submission has it.
final class FakeLedger: ShareLedger {
    enum Mood { case well, away, lostAnswers, refusing(proofHash: [UInt8]) }

    private struct State {
        var mood = Mood.well
        var rows: [AcceptedShare] = []
        var byKey: [[UInt8]: UInt64] = [:]
        var refused: [Client: (stale: UInt32, other: UInt32)] = [:]
        var batchSizes: [Int] = []
        var gate: Event?
        var watchers: [(count: Int, event: Event)] = []
    }

    private let state = Mutex(State())

    var shares: [AcceptedShare] { state.withLock { $0.rows } }
    var batchSizes: [Int] { state.withLock { $0.batchSizes } }
    func refused(_ client: Client) -> (stale: UInt32, other: UInt32)? { state.withLock { $0.refused[client] } }
    func set(_ mood: Mood) { state.withLock { $0.mood = mood } }

    /// Every batch from now on waits for the event.
    func hold(until gate: Event?) { state.withLock { $0.gate = gate } }

    /// Returns when at least `count` shares are written down.
    func waitForShares(_ count: Int) async {
        let event = Event()
        let isThere = state.withLock { state in
            state.watchers.append((count, event))
            return state.rows.count >= count
        }
        if !isThere { await event.wait() }
    }

    func recordShares(_ request: RecordSharesRequest) async throws(RPCError) -> RecordSharesReply {
        let (mood, gate) = state.withLock { state in
            state.batchSizes.append(request.jobIDs.count)
            return (state.mood, state.gate)
        }
        await gate?.wait()
        switch mood {
        case .away: throw .unavailable("away")
        case .lostAnswers:
            _ = write(request)
            throw .deadlineExceeded("lost")
        case .refusing(let hash):
            guard !AcceptedShare.rows(of: request).contains(where: { $0.proofHash == hash }) else {
                throw .invalidArgument("poison")
            }
            return write(request)
        case .well: return write(request)
        }
    }

    private func write(_ request: RecordSharesRequest) -> RecordSharesReply {
        let (duplicates, events) = state.withLock { state in
            for refused in request.refused {
                guard let client = refused.client else { continue }
                let known = state.refused[client] ?? (0, 0)
                state.refused[client] = (known.stale + refused.stale, known.other + refused.other)
            }
            var duplicates: [UInt32] = []
            for (place, share) in AcceptedShare.rows(of: request).enumerated() {
                if let first = state.byKey[share.proofHash] {
                    if first != share.submissionID { duplicates.append(UInt32(place)) }
                } else {
                    state.byKey[share.proofHash] = share.submissionID
                    state.rows.append(share)
                }
            }
            let count = state.rows.count
            return (duplicates, state.watchers.filter { $0.count <= count }.map(\.event))
        }
        for event in events { event.happen() }
        return RecordSharesReply(duplicatePlaces: duplicates)
    }
}

/// The ChainWatcher: takes blocks, or is away.
final class FakeBlocks: BlockSubmission {
    private struct State {
        var isAway = false
        var taken: [BlockCandidate] = []
        var arrival = Event()
    }

    private let state = Mutex(State())

    var taken: [BlockCandidate] { state.withLock { $0.taken } }
    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }
    func waitForBlock() async { await state.withLock { $0.arrival }.wait() }

    func submitBlock(_ request: BlockCandidate) async throws(RPCError) -> SubmitBlockReply {
        let isAway = state.withLock { state in
            if !state.isAway { state.taken.append(request) }
            return state.isAway
        }
        guard !isAway else { throw .unavailable("away") }
        state.withLock { $0.arrival }.happen()
        return SubmitBlockReply(hash: Hash256.sha256d(of: request.header).bytes, state: .submitted)
    }
}

struct NoLog: LogSink {
    func write(_ line: String) {}
}

/// Something that a test waits for, and another part of it makes happen.
final class Event: Sendable {
    private let state = Mutex((hasHappened: false, waiters: [CheckedContinuation<Void, Never>]()))

    func happen() {
        let waiters = state.withLock { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isNow = state.withLock { state in
                if !state.hasHappened { state.waiters.append(continuation) }
                return state.hasHappened
            }
            if isNow { continuation.resume() }
        }
    }
}

/// One replica with all that is around it.
struct Replica {
    let service: ShareService
    let jobs: FakeJobs
    let ledger: FakeLedger
    let blocks: FakeBlocks
    let metrics = Metrics()
    let health = Health()
    private let running: Task<Void, any Error>

    init(
        in folder: String,
        jobs: FakeJobs,
        ledger: FakeLedger = FakeLedger(),
        blocks: FakeBlocks = FakeBlocks(),
        spoolByteCountMax: UInt64 = 1 << 20,
        nowMs: UInt64 = TestJob.nowMs
    ) async throws {
        self.jobs = jobs
        self.ledger = ledger
        self.blocks = blocks
        let clock = StandingClock(unixMilliseconds: nowMs)
        let log = Log(service: "test", minimum: .error, clock: clock, sink: NoLog())
        let address = try MessagingAddress(parsing: "inproc://shares-\(UUID().uuidString)")
        let service = try await ShareService(
            settings: ShareServiceSettings(
                listening: [address],
                dataFolder: folder,
                jobPollInterval: .milliseconds(5),
                retryInterval: .milliseconds(5),
                spoolByteCountMax: spoolByteCountMax
            ),
            leaseKey: try leaseKey(),
            jobs: jobs,
            events: jobs,
            ledger: ledger,
            blocks: blocks,
            surroundings: Surroundings(log: log, metrics: metrics, health: health, clock: clock)
        )
        self.service = service
        running = Task { try await service.run() }
    }

    func judge(_ submissions: Submission...) async throws(RPCError) -> [SubmissionVerdict] {
        try await service.judge.judgeShares(JudgeSharesRequest(submissions: submissions)).verdicts
    }

    func statuses(_ submissions: Submission...) async throws(RPCError) -> [[ShareStatus]] {
        try await service.judge.judgeShares(JudgeSharesRequest(submissions: submissions)).verdicts
            .map { $0.verdicts.map(\.status) }
    }

    func beginStopping() { running.cancel() }

    func stop() async throws {
        running.cancel()
        try await running.value
    }
}

/// Time stands still for judging, and passes for retries.
struct StandingClock: WallClock {
    let unixMilliseconds: UInt64
    var monotonicMilliseconds: UInt64 { unixMilliseconds }

    func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
