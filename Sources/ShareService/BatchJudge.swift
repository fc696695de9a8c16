internal import Cryptography
internal import Hashing
internal import Messages
internal import ServiceRuntime

/// Answers `Shares.JudgeShares`: from leases and nonces to verdicts that are durable.
struct BatchJudge: Sendable {
    /// As `shares.proto` says.
    static let submissionCountMax = 1_000
    static let proofCountMax = 10_000
    static let proofsPerSubmissionMax = 1_000

    let key: AuthenticationKey
    let clerk: JudgesClerk
    let lanes: HashingLanes
    let proofs: RememberedProofs
    let recorder: ShareRecorder
    let metrics: ShareMetrics
    let surroundings: Surroundings

    func judgeShares(_ request: JudgeSharesRequest) async throws(RPCError) -> JudgeSharesReply {
        let start = ContinuousClock.now
        defer { metrics.judging.observe(.now - start) }
        try Self.checkBounds(request)
        let nowMs = surroundings.clock.unixMilliseconds
        let leases = request.submissions.map { CheckedLease($0.signedLease, key: key) }
        let ids = Set(leases.compactMap { $0?.jobID })
        let known = await clerk.entries(ids) { entries in
            await self.docket(request.submissions, leases, entries, nowMs: nowMs).candidates(nowMs: nowMs)
        }
        var docket = await docket(request.submissions, leases, known.entries, nowMs: nowMs)

        // A solved block waits for nothing; the answer waits for both.
        let candidates = docket.candidates(nowMs: nowMs)
        async let submitted = clerk.submit(candidates)
        let recorded: Result<[Int], RPCError>
        if let failure = known.failure {
            recorded = .failure(failure)
        } else {
            recorded = await record(docket.accepted(nowMs: nowMs), docket.refused())
        }
        if let failure = await submitted { throw failure }
        docket.settle(duplicates: try recorded.get())
        count(docket)
        return JudgeSharesReply(verdicts: docket.verdicts())
    }

    private func docket(
        _ submissions: [Submission],
        _ leases: [CheckedLease?],
        _ entries: [UInt64: JobBook.Entry],
        nowMs: UInt64
    ) async -> Docket {
        var docket = Docket(submissions, leases: leases, jobs: entries)
        for (algorithm, headers) in docket.headers() {
            docket.take(await lanes.hashes(algorithm, headers: headers), of: algorithm)
        }
        docket.judge(nowMs: nowMs) { proofs.submission(of: $0, job: $1) }
        return docket
    }

    private static func checkBounds(_ request: JudgeSharesRequest) throws(RPCError) {
        guard request.submissions.count <= submissionCountMax else {
            throw .invalidArgument("\(request.submissions.count) submissions, where at most 1,000 are allowed")
        }
        let counts = request.submissions.map(\.proofs.count)
        guard counts.allSatisfy({ $0 <= proofsPerSubmissionMax }), counts.reduce(0, +) <= proofCountMax else {
            throw .invalidArgument("at most 1,000 proofs in a submission and 10,000 in all are allowed")
        }
    }

    private func record(_ shares: ShareColumns, _ refused: [RefusedShares]) async -> Result<[Int], RPCError> {
        do throws(RPCError) {
            return .success(try await recorder.record(shares, refused: refused))
        } catch {
            return .failure(error)
        }
    }

    private func count(_ docket: Docket) {
        for verdict in docket.verdicts() {
            if !verdict.leaseValid { metrics.badLeases.increment() }
            for proof in verdict.verdicts { metrics.count(proof.status) }
        }
    }
}
