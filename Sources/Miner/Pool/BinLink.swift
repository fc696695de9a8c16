import MiningDomain
import ServiceRuntime

/// The conversations with a pool that gives out bins, each a loop of its own that outlives every failure.
struct BinLink: PoolLink {
    let pool: any Pool
    let desk: MiningDesk
    let settings: MinerSettings
    let log: Log
    let clock: any WallClock
    let seed: UInt64

    private static let uselessBinPause: Duration = .milliseconds(250)

    init(pool: any Pool, desk: MiningDesk, settings: MinerSettings, surroundings: Surroundings, seed: UInt64) {
        self.pool = pool
        self.desk = desk
        self.settings = settings
        log = surroundings.log
        clock = surroundings.clock
        self.seed = seed
    }

    func converse() async -> MinerError? {
        await withTaskGroup(of: MinerError?.self) { group in
            group.addTask { await fetchBins() }
            group.addTask { await sendReports() }
            group.addTask { await followHints() }
            group.addTask { await listen() }
            group.addTask { await poll() }
            // The first to end was cancelled, or has found that nothing helps: then all end.
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
    }

    // MARK: - Bins

    /// Asks for bins ahead of need, joining first.
    ///
    /// - Returns: Why the pool will never let us in; `nil` when cancelled.
    private func fetchBins() async -> MinerError? {
        var backOff = BackOff(seed: seed)
        desk.binBell.ring()
        for await _ in desk.binBell.rings {
            while await desk.wantsBin, !Task.isCancelled {
                do throws(PoolError) {
                    guard let member = await desk.member else {
                        try await join()
                        continue
                    }
                    try await fetchBin(for: member)
                    backOff.succeeded()
                } catch {
                    if case .refused(let reason) = error, await desk.member == nil { return .refused(reason) }
                    await pause(after: error, &backOff)
                }
            }
        }
        return nil
    }

    private func join() async throws(PoolError) {
        let member = try await pool.join(settings.account, worker: settings.worker?.description)
        await noteSuccess()
        log.info("joined", ["id": member.id, "address": member.address])
        await desk.joined(as: member)
    }

    private func fetchBin(for member: PoolMember) async throws(PoolError) {
        let bin: PoolBin
        do throws(PoolError) {
            bin = try await pool.bin(for: member, hashrate: await desk.hashrate)
        } catch {
            guard error == .unknownMember || error == .notFound else { throw error }
            log.warning("unknown_id", ["id": member.id])
            return await desk.forget(member)
        }
        await noteSuccess()
        guard try await !take(bin) else { return }
        // Either we or the pool are behind: have a look at the job, and ask again.
        desk.jobBell.ring()
        try? await clock.sleep(for: Self.uselessBinPause)
    }

    /// - Returns: `false` when the bin is of no use.
    private func take(_ bin: PoolBin) async throws(PoolError) -> Bool {
        let job: PoolJob
        if let known = await desk.job(id: bin.jobID) {
            job = known
        } else {
            do throws(PoolError) {
                job = try await pool.job(id: bin.jobID)
            } catch {
                guard error == .notFound else { throw error }
                return false  // it died on the way
            }
        }
        guard await desk.offer(bin, of: job) else { return false }
        log.debug("bin_taken", ["job": bin.jobID, "size": bin.space.size, "height": job.height ?? 0])
        return true
    }

    // MARK: - Reports

    /// Sends finds as they come: what was found while a report was under way is the next report.
    private func sendReports() async -> MinerError? {
        var backOff = BackOff(seed: seed &+ 1)
        for await _ in desk.reportBell.rings {
            while !Task.isCancelled, let report = await desk.nextReport() {
                if let error = await send(report) {
                    await pause(after: error, &backOff)
                } else {
                    backOff.succeeded()
                }
            }
        }
        return nil
    }

    /// Sends what is left, until the first failure.
    func flushReports() async {
        while let report = await desk.nextReport() {
            if await send(report) != nil { return }
        }
    }

    /// - Returns: Why to wait before the next report.
    private func send(_ report: Report) async -> PoolError? {
        guard let member = await desk.member else {
            await desk.refuse(report)  // the bin was leased to an id that is gone
            return nil
        }
        do throws(PoolError) {
            let answer = try await pool.send(report, from: member)
            guard answer.results.count == report.finds.count else { throw .unreadable(.field("results")) }
            await heed(answer, to: report)
            return nil
        } catch {
            switch error {
            case .away, .busy, .cancelled:
                await desk.returnUnanswered(report)
                return error
            case .unreadable(let reason):
                guard await !desk.returnUnreadable(report) else { return error }
                log.error("report_given_up", ["reason": reason, "finds": report.finds.count])
            case .unknownMember:
                log.warning("unknown_id", ["id": member.id, "finds": report.finds.count])
                await desk.refuse(report)
                await desk.forget(member)
            case .notFound, .refused:
                log.warning("report_refused", ["reason": error, "finds": report.finds.count])
                await desk.refuse(report)
            }
            return nil
        }
    }

    private func heed(_ answer: ReportAnswer, to report: Report) async {
        await noteSuccess()
        await desk.settle(report, answer)
        var solvedBlock = false
        for result in answer.results {
            switch result.verdict {
            case .accepted(let isBlock):
                solvedBlock = solvedBlock || isBlock
                log.debug("share_accepted", ["nonce": result.nonce, "block": isBlock])
            case .rejected(let reason):
                log.debug("share_rejected", ["nonce": result.nonce, "reason": reason])
            }
        }
        if solvedBlock { log.info("block_found", ["height": await desk.currentJob?.height ?? 0]) }
        if let bin = answer.nextBin { _ = try? await take(bin) }
        if let id = answer.currentJobID, id != (await desk.currentJob?.id) { desk.jobBell.ring() }
    }

    // MARK: - The job

    /// Asks for the current job when something hints at a new one.
    private func followHints() async -> MinerError? {
        for await _ in desk.jobBell.rings { await refreshJob() }
        return nil
    }

    /// Asks now and then whether our job is still the current one, whatever the hints were.
    private func poll() async -> MinerError? {
        while (try? await clock.sleep(for: settings.pollInterval)) != nil {
            do throws(PoolError) {
                let id = try await pool.currentJobID()
                await noteSuccess()
                if id != (await desk.currentJob?.id) { await refreshJob() }
                if let member = await desk.member { await desk.set(balance: try await pool.balance(of: member)) }
            } catch {
                await note(error)
            }
        }
        return nil
    }

    /// Reads the pool's events until cancelled, connecting anew as often as it takes.
    private func listen() async -> MinerError? {
        var backOff = BackOff(seed: seed &+ 2)
        while !Task.isCancelled {
            if let member = await desk.member {
                let hadEvents = await listen(as: member)
                if hadEvents { backOff.succeeded() }
                desk.jobBell.ring()  // something may have been missed
            }
            guard (try? await clock.sleep(for: backOff.pause())) != nil else { break }
        }
        return nil
    }

    /// - Returns: Whether any event came.
    private func listen(as member: PoolMember) async -> Bool {
        let (events, continuation) = AsyncStream.makeStream(of: PoolEvent.self, bufferingPolicy: .bufferingNewest(16))
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await pool.events(for: member) { continuation.yield($0) }
                continuation.finish()
            }
            var hadEvents = false
            for await event in events {
                hadEvents = true
                await heed(event)
            }
            return hadEvents
        }
    }

    private func heed(_ event: PoolEvent) async {
        switch event {
        case .job(let job):
            // Late news of an older job must not undo what we know: only the pool's answer can do that.
            guard await (job.height ?? 0) >= (desk.currentJob?.height ?? 0), await desk.job(id: job.id) == nil else {
                return desk.jobBell.ring()
            }
            await learn(job)
        case .bin(let bin):
            _ = try? await take(bin)
        case .block:
            desk.jobBell.ring()
        }
    }

    private func refreshJob() async {
        guard let job = try? await pool.job(id: nil) else { return }
        await learn(job)
    }

    private func learn(_ job: PoolJob) async {
        guard await desk.learn(currentJob: job) else { return }
        log.debug("job_changed", ["job": job.id, "height": job.height ?? 0])
    }

    // MARK: - Trouble

    private func pause(after error: PoolError, _ backOff: inout BackOff) async {
        var retryAfter: Duration?
        switch error {
        case .cancelled: return
        case .busy(_, let wish): retryAfter = wish
        case .away, .unreadable, .unknownMember, .notFound, .refused: break
        }
        await note(error)
        try? await clock.sleep(for: backOff.pause(retryAfter: retryAfter))
    }

    private func note(_ error: PoolError) async {
        guard error != .cancelled, await desk.failed(because: "\(error)") else { return }
        log.warning("pool_trouble", ["reason": error])
    }

    private func noteSuccess() async {
        if await desk.succeeded() { log.info("pool_back") }
    }
}
