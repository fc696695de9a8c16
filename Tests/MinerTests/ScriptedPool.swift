import BlockFormat
import Hashing
import JSON
import MiningDomain

@testable import Miner

/// A pool in memory that judges every find itself, and fails when a test tells it to.
actor ScriptedPool: Pool {
    enum Failure {
        case unreachable
        /// The report is taken, and the answer is lost on the way.
        case answerLost
    }

    private struct Proof: Hashable {
        let binToken: String
        let extranonce2: UInt64
        let nonce: UInt32
    }

    private(set) var joinCount = 0
    private(set) var leasedCount = 0
    private(set) var acceptedCount = 0
    private(set) var duplicateCount = 0
    private(set) var wrongCount = 0
    private(set) var doneBins: Set<String> = []
    private(set) var staleCount = 0
    private(set) var reportCount = 0

    private let binSize: UInt64
    private let target: String
    private var current: PoolJob
    private var jobPages: [String: JSON] = [:]
    private var failures: [Failure] = []
    private var isAway = false
    private var members: Set<String> = []
    private var refusal: String?
    private var bins: [String: PoolBin] = [:]
    private var proofs: Set<Proof> = []
    private var listener: (@Sendable (PoolEvent) -> Void)?

    /// The `target` has 64 hex digits; the default lets one hash in 256 through.
    init(binSize: UInt64, target: String = "00ff" + String(repeating: "f", count: 60)) throws {
        self.binSize = binSize
        self.target = target
        let page = Self.page(try Vector.load().job, id: "job-1", height: 100)
        jobPages["job-1"] = page
        current = try PoolJob(PageReader(page))
    }

    // MARK: - What a test does

    func setAway(_ isAway: Bool) {
        self.isAway = isAway
    }

    func failNextReports(_ failures: [Failure]) {
        self.failures = failures
    }

    func forgetMembers() {
        members = []
    }

    func refuseJoining(because reason: String) {
        refusal = reason
    }

    /// A new tip; miners hear of it only if they listen or ask.
    func changeTip(height: UInt32, tellsListeners: Bool) throws {
        let id = "job-\(height)"
        let page = Self.page(try Vector.load().job, id: id, height: height)
        jobPages[id] = page
        current = try PoolJob(PageReader(page))
        if tellsListeners { listener?(.job(current)) }
    }

    var hasListener: Bool { listener != nil }

    private static func page(_ job: JSON, id: String, height: UInt32) -> JSON {
        let tip = Hex.string([UInt8](repeating: UInt8(truncatingIfNeeded: height), count: 32))
        return job.with("job_id", JSON(id)).with("height", JSON(height)).with("previous_block_hash", JSON(tip))
            .with("algorithm", "sha256d")
    }

    // MARK: - Pool

    func join(_ account: MinerAccount, worker: String?) async throws(PoolError) -> PoolMember {
        try checkPresence()
        if let refusal { throw .refused(refusal) }
        joinCount += 1
        let id = "member-\(joinCount)"
        members.insert(id)
        return try read(["id": JSON(id), "address": "somewhere"], PoolMember.init)
    }

    func currentJobID() async throws(PoolError) -> String {
        try checkPresence()
        return current.id
    }

    func job(id: String?) async throws(PoolError) -> PoolJob {
        try checkPresence()
        guard let id else { return current }
        guard let page = jobPages[id] else { throw .notFound }
        return try read(page, PoolJob.init)
    }

    func bin(for member: PoolMember, hashrate: UInt64?) async throws(PoolError) -> PoolBin {
        try checkPresence()
        guard members.contains(member.id) else { throw .unknownMember }
        leasedCount += 1
        let token = "bin-\(leasedCount)"
        let bin = try read(
            [
                "bin": JSON(token), "job_id": JSON(current.id), "extranonce1": "01000001",
                "extranonce2_start": JSON(leasedCount), "extranonce2_count": 1, "nonce_start": 0,
                "nonce_count": JSON(binSize), "time": 1_790_000_000, "share_target": JSON(target),
                "expires_at": 1_790_000_600,
            ],
            PoolBin.init
        )
        bins[token] = bin
        return bin
    }

    func send(_ report: Report, from member: PoolMember) async throws(PoolError) -> ReportAnswer {
        try checkPresence()
        guard members.contains(member.id) else { throw .unknownMember }
        let failure = failures.isEmpty ? nil : failures.removeFirst()
        if failure == .unreachable { throw .away("scripted") }
        reportCount += 1
        guard let bin = bins[report.binToken], let page = jobPages[bin.jobID] else { throw .refused("no such bin") }
        let job = try read(page, PoolJob.init)
        let results = report.finds.map { judge($0, bin, job) }
        if report.isDone { doneBins.insert(report.binToken) }
        if failure == .answerLost { throw .away("scripted") }
        return ReportAnswer(results: results, nextBin: nil, currentJobID: current.id)
    }

    func balance(of member: PoolMember) async throws(PoolError) -> Balance {
        try checkPresence()
        return Balance(immature: Amount(units: UInt64(acceptedCount)), confirmed: .zero, paid: .zero)
    }

    func events(
        for member: PoolMember,
        handle: @escaping @Sendable (PoolEvent) -> Void
    ) async throws(PoolError) {
        try checkPresence()
        listener = handle
        let (never, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        continuation.finish()
        throw .cancelled
    }

    private func judge(_ find: Find, _ bin: PoolBin, _ job: PoolJob) -> ReportAnswer.Result {
        let header = job.recipe.header(
            merkleRoot: job.recipe.merkleRoot(
                extranonces: bin.space.extranonces(extranonce2: find.extranonce2)
            ),
            time: bin.space.time,
            nonce: find.nonce
        )
        let hash = job.algorithm.hash(header: header)
        let verdict: ReportAnswer.Result.Verdict
        if hash != find.hash || !bin.space.shareTarget.isMet(by: hash) || find.extranonce2 != bin.space.extranonce2Start
        {
            wrongCount += 1
            verdict = .rejected(reason: "hash_mismatch")
        } else if job.previousHash != current.previousHash {
            staleCount += 1
            verdict = .rejected(reason: "stale")
        } else if !proofs.insert(
            Proof(binToken: bin.space.token, extranonce2: find.extranonce2, nonce: find.nonce)
        ).inserted {
            duplicateCount += 1
            verdict = .rejected(reason: "duplicate")
        } else {
            acceptedCount += 1
            verdict = .accepted(solvedBlock: false)
        }
        return ReportAnswer.Result(extranonce2: find.extranonce2, nonce: find.nonce, verdict: verdict)
    }

    private func checkPresence() throws(PoolError) {
        if isAway { throw .away("scripted") }
    }

    private func read<Value>(
        _ page: JSON,
        _ make: (PageReader) throws(PageError) -> Value
    ) throws(PoolError) -> Value {
        do throws(PageError) {
            return try make(PageReader(page))
        } catch {
            throw .unreadable(error)
        }
    }
}
