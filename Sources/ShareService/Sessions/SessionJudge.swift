internal import Hashing
internal import Messages
internal import ServiceRuntime

/// Answers `Shares.JudgeSessionShares`: from leases and nonces to statuses that are durable.
struct SessionJudge: Sendable {
    let leases: SessionLeases
    let clerk: JudgesClerk
    let lanes: HashingLanes
    let proofs: RememberedProofs
    let recorder: ShareRecorder
    let metrics: ShareMetrics
    let surroundings: Surroundings

    func judge(_ request: JudgeSessionSharesRequest) async throws(RPCError) -> JudgeSessionSharesReply {
        let start = ContinuousClock.now
        defer { metrics.judging.observe(.now - start) }
        let columns = try SessionColumns(request)
        let nowMs = surroundings.clock.unixMilliseconds
        let leases = leases.checked(request.leases)
        let known = await clerk.entries(columns.distinctJobs) { entries in
            await self.docket(columns, leases, entries, nowMs: nowMs).candidates(nowMs: nowMs)
        }
        var docket = await docket(columns, leases, known.entries, nowMs: nowMs)

        // A solved block waits for nothing; the answer waits for both.
        let candidates = docket.candidates(nowMs: nowMs)
        let recorded: Result<[Int], RPCError>
        if candidates.isEmpty {
            recorded = await record(docket, unless: known.failure, nowMs: nowMs)
        } else {
            async let submitted = clerk.submit(candidates)
            recorded = await record(docket, unless: known.failure, nowMs: nowMs)
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
