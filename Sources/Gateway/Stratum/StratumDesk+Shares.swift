import BlockFormat
import EventLoop
import Messages
import MiningDomain
import ServiceRuntime
import StratumProtocol

extension StratumDesk {
    /// Shares of one loop that are not answered yet; more are refused, and not held against the miner.
    static let openShareCountMax = 100_000

    /// A share is only looked at here; whether it solves a block is for the share service to say, whatever is wrong with it.
    func submit(_ call: SubmitRequest, _ id: RequestID, _ session: StratumSession, _ line: Span<UInt8>) {
        guard let lease = session.lease(for: call.job.jobID, time: call.time) else {
            return refuse(.notSubscribed, id, session)
        }
        guard openShareCount < Self.openShareCountMax else {
            office.metrics.unjudged.increment()
            return answer(session) { StratumWriter.append(.unavailable, id, to: &$0) }
        }
        // A job of which not even the version is known cannot become a block any more.
        guard let job = jobs[call.job.jobID] else { return refuse(.jobUnknown, id, session) }
        let worker = session.worker(call.worker, in: line)
        if worker == nil, session.countStrangerShare(nowMs: nowMs) {
            answer(session) { StratumWriter.append(.unauthorized, id, to: &$0) }
            return farewell(session, "Too many shares of names that are not authorized")
        }
        var presumed = worker == nil ? ShareStatus.unauthorized : .unspecified
        if presumed == .unspecified, !session.rolling.allows(call.versionBits) { presumed = .versionNotAllowed }
        let epoch = session.epochs.epoch(forJob: call.job.jobID, time: call.time)
        if epoch == nil, presumed == .unspecified { presumed = .stale }
        lastSubmissionID &+= 1
        gathering.add(
            StratumShare(
                submissionID: lastSubmissionID,
                worker: worker,
                lease: lease,
                difficulty: epoch?.difficulty ?? office.settings.maximumDifficulty,
                target: epoch?.target ?? Target(.zero),
                jobID: call.job.jobID.value,
                extranonce2: call.extranonce2,
                time: call.time,
                nonce: call.nonce,
                version: session.rolling.version(job: job.version, bits: call.versionBits),
                presumed: presumed
            ),
            from: session,
            id: id,
            nowMs: nowMs
        )
        openShareCount += 1
        session.hasShares = true
        if gathering.isFull { sendShares() }
    }

    /// A share that nobody could judge.
    func refuse(_ error: StratumError, _ id: RequestID, _ session: StratumSession) {
        answer(session) { StratumWriter.append(error, id, to: &$0) }
        office.metrics.refused(error)
        if error == .jobUnknown {
            // After a restart of the pool, miners still have shares of before.
            count(for: session.address) { $0.record(.stale, tipAgeMs: tipAgeMs) }
        } else {
            count(for: session.address) { $0.recordMalformed() }
        }
        handOnCounts()
    }

    /// What was gathered goes on its way as soon as a lane is free; what comes meanwhile makes up the next batch.
    func sendShares() {
        while !waiting.isEmpty {
            guard send(waiting[0]) else { break }
            judged[waiting[0].number] = waiting.removeFirst()
        }
        guard gathering.count > 0 else { return }
        let isSent = waiting.isEmpty && send(gathering)
        guard isSent || gathering.isFull else { return }
        let batch = gathering
        gathering = ShareBatch(number: batch.number + 1)
        if isSent { judged[batch.number] = batch } else { waiting.append(batch) }
    }

    private func send(_ batch: ShareBatch) -> Bool {
        lanes.send(JudgeLanes.Cargo(number: batch.number, request: batch.request), nowMs: nowMs, on: executor)
    }

    /// The verdicts on one batch are here.
    func settle(_ number: UInt64, _ outcome: JudgeLanes.Outcome) {
        guard let batch = judged.removeValue(forKey: number) else { return }
        readClock()
        openShareCount -= batch.count
        switch outcome {
        case .success(let reply): settle(batch, reply)
        case .failure(let error):
            office.surroundings.log.warning("shares not judged", ["shares": batch.count, "reason": error])
            office.metrics.unjudged.increment(by: UInt64(batch.askers.count))
            for asker in batch.askers {
                answer(asker.session) { StratumWriter.append(.unavailable, asker.id, to: &$0) }
            }
        }
        office.metrics.answered(after: .now - batch.begunAt)
        sendShares()
        tellWhenDrained()
    }

    private func settle(_ batch: ShareBatch, _ reply: JudgeSessionSharesReply) {
        office.metrics.blocks.increment(by: UInt64(reply.blockPlaces.count))
        for (asker, status) in zip(batch.askers, reply.statuses) {
            let verdict = ShareVerdict(rawValue: UInt8(truncatingIfNeeded: status)) ?? .unjudged
            office.metrics.count(verdict)
            answer(asker.session) { line in
                if let error = verdict.error {
                    StratumWriter.append(error, asker.id, to: &line)
                } else {
                    StratumWriter.appendTrue(asker.id, to: &line)
                }
            }
            judge(verdict, asker)
        }
        handOnCounts()
    }

    /// What a verdict says of its miner.
    private func judge(_ verdict: ShareVerdict, _ asker: ShareBatch.Asker) {
        let session = asker.session
        if verdict == .accepted {
            take(session.vardiff.share(foundAt: asker.difficulty, nowMs: nowMs, office.vardiff), session)
        }
        // Whoever connects again sends what got no answer again, as it is asked to.
        guard verdict != .duplicate || nowMs - session.openedAtMs > StratumSession.resendGraceMs else { return }
        count(for: session.address) { $0.record(verdict, tipAgeMs: tipAgeMs) }
    }
}
