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
        let ids = columns.distinctJobs
        var entries = jobs.entries(ids)
        let missing = await fetchUnknown(entries, for: columns, leases, nowMs: nowMs)
        if missing.isAsked { entries = jobs.entries(ids) }
        var docket = await docket(columns, leases, entries, nowMs: nowMs)

        // A solved block waits for nothing; the answer waits for both.
        let candidates = docket.candidates(nowMs: nowMs)
        let recorded: Result<[Int], RPCError>
        if candidates.isEmpty {
            recorded = await record(docket, unless: missing.failure, nowMs: nowMs)
        } else {
            async let submitted = submit(candidates)
            recorded = await record(docket, unless: missing.failure, nowMs: nowMs)
            if let failure = await submitted { throw failure }
        }
        docket.settle(duplicates: try recorded.get())
        metrics.count(docket.statuses)
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
        for index in docket.groups.indices where docket.groups[index].job.algorithm != .sha256d {
            let group = docket.groups[index]
            let headers = (0..<group.shares.count).map(group.headers.header)
            docket.take(await lanes.hashes(group.job.algorithm, headers: headers), of: index)
        }
        docket.judge(nowMs: nowMs) { proofs.submissions(of: $0, job: $1) }
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

    private func record(
        _ docket: SessionDocket,
        unless failure: RPCError?,
        nowMs: UInt64
    ) async -> Result<[Int], RPCError> {
        if let failure { return .failure(failure) }
        do throws(RPCError) {
            return .success(try await recorder.record(docket.accepted(nowMs: nowMs), refused: docket.refused()))
        } catch {
            return .failure(error)
        }
    }
}
