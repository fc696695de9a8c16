internal import Hashing
internal import Messages
internal import ServiceRuntime

/// Answers `Shares.JudgeSessionShares`: from leases and nonces to statuses that are durable.
struct SessionJudge: Sendable {
    let leases: SessionLeases
    let jobs: JobKeeper
    let lanes: HashingLanes
    let proofs: RememberedProofs
    let desk: BlockDesk
    let recorder: ShareRecorder
    let metrics: ShareMetrics
    let surroundings: Surroundings

    func judge(_ request: JudgeSessionSharesRequest) async throws(RPCError) -> JudgeSessionSharesReply {
        let start = ContinuousClock.now
        defer { metrics.judging.observe(.now - start) }
        let columns = try SessionColumns(request)
        let nowMs = surroundings.clock.unixMilliseconds
        let leases = leases.checked(request.leases)
        let ids = Set(request.jobIDs)
        var entries = jobs.entries(ids)
        let missing = await fetchUnknown(entries, for: columns, leases, nowMs: nowMs)
        if missing.isAsked { entries = jobs.entries(ids) }
        var docket = await docket(columns, leases, entries, nowMs: nowMs)

        // A solved block waits for nothing; the answer waits for both.
        let candidates = docket.candidates(nowMs: nowMs)
        async let submitted = submit(candidates)
        let recorded: Result<[Int], RPCError>
        if let failure = missing.failure {
            recorded = .failure(failure)
        } else {
            recorded = await record(docket.accepted(nowMs: nowMs), docket.refused())
        }
        if let failure = await submitted { throw failure }
        docket.settle(duplicates: try recorded.get())
        for status in docket.statuses { metrics.count(status) }
        metrics.badLeases.increment(by: UInt64(leases.count { $0 == nil }))
        return JudgeSessionSharesReply(
            statuses: docket.statuses.map(\.rawValue),
            blockPlaces: docket.blockPlaces
        )
    }

    /// Asks for the jobs that are not known here; meanwhile blocks solved by shares of the others are on their way.
    private func fetchUnknown(
        _ entries: [UInt64: JobBook.Entry],
        for columns: SessionColumns,
        _ leases: [CheckedSessionLease?],
        nowMs: UInt64
    ) async -> (isAsked: Bool, failure: RPCError?) {
        let unknown = entries.filter { if case .unknown = $0.value { true } else { false } }.map(\.key)
        guard !unknown.isEmpty else { return (false, nil) }
        let early = await docket(columns, leases, entries, nowMs: nowMs).candidates(nowMs: nowMs)
        async let submitted = submit(early)
        let failure = await jobs.fetch(unknown)
        return (true, await submitted ?? failure)
    }

    private func docket(
        _ columns: SessionColumns,
        _ leases: [CheckedSessionLease?],
        _ entries: [UInt64: JobBook.Entry],
        nowMs: UInt64
    ) async -> SessionDocket {
        var docket = SessionDocket(columns, leases: leases, jobs: entries)
        for (algorithm, headers) in docket.headers() {
            docket.take(await lanes.hashes(algorithm, headers: headers), of: algorithm)
        }
        docket.judge(nowMs: nowMs) { proofs.submission(of: $0, job: $1) }
        return docket
    }

    private func submit(_ candidates: [Hash256: BlockCandidate]) async -> RPCError? {
        guard !candidates.isEmpty else { return nil }
        do throws(RPCError) {
            try await desk.submit(candidates)
            return nil
        } catch {
            return error
        }
    }

    private func record(_ shares: ShareColumns, _ refused: [RefusedShares]) async -> Result<[Int], RPCError> {
        do throws(RPCError) {
            return .success(try await recorder.record(shares, refused: refused))
        } catch {
            return .failure(error)
        }
    }
}
