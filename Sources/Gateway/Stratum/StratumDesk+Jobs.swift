import BlockFormat
import EventLoop
import MiningDomain
import ServiceRuntime
import StratumProtocol

extension StratumDesk {
    /// Jobs that shares may still come for: hours of them.
    static let jobCountMax = 512
    /// How often one job is sent again for another difficulty.
    ///
    /// Each time moves its time on, and costs a whole job. Fewer than `DifficultyEpochs.countMax`, so that the next job can
    /// bring another.
    static let urgentSendingCountMax: UInt8 = 8

    /// The job to work on from now on.
    func begin(_ next: StratumJob, noticedAt: ContinuousClock.Instant) {
        // One that was withdrawn may come back; an older one never, because difficulties follow the order of jobs.
        guard newestJob.map({ $0 < next.id || $0 == next.id && job == nil }) ?? true else { return }
        readClock()
        let isClean = tip != next.previousHash
        if isClean { (tip, tipChangedAtMs, tipFirstJob) = (next.previousHash, nowMs, next.id) }
        job = next
        newestJob = next.id
        jobs[next.id] = next
        if jobs.count > Self.jobCountMax, let oldest = jobs.keys.min() { jobs[oldest] = nil }
        // Most get the same bytes, which are written once.
        var line: [UInt8] = []
        next.notice.append(
            WireJobID(jobID: next.id, sendingNumber: 0),
            time: next.currentTime,
            isClean: isClean,
            to: &line
        )
        for session in sessions where session.lease != nil {
            // One whose difficulty changes, or who had this job before, gets a line of its own.
            if session.sent?.job != next.id, session.nextDifficulty == nil,
                due(with: next, session) == session.difficulty
            {
                session.link.send(line)
                noteSent(next, time: next.currentTime, count: 0, session)
            } else {
                sendJob(to: session, isClean: isClean)
            }
        }
        office.metrics.notified(took: .now - noticedAt)
    }

    /// There is no work until the next job: who subscribes waits for it, and nobody is sent this one again.
    func withdraw() {
        job = nil
    }

    /// The job as it is known now, with the difficulty that is due.
    ///
    /// - Parameters:
    ///   - session: Who is sent it; nothing happens while it has no search space.
    ///   - isClean: Whether earlier work is to be dropped: it is worth nothing any more, or the miner has none.
    ///   - isElsewhere: Whether the search space is another than it was sent this job for.
    func sendJob(to session: StratumSession, isClean: Bool, isElsewhere: Bool = false) {
        guard let job, session.lease != nil else { return }
        let before = session.sent.flatMap { $0.job == job.id ? $0 : nil }
        let count = before.map { $0.count &+ 1 } ?? 0
        let epoch = session.epochs.newest
        let apart = before?.timeApart(nowMs: nowMs)
        let difficulty = adopt(job, firstTime: apart ?? 0, session)
        // Sent again, it has a later time: no header of before is searched a second time, and none of before has it where
        // the time tells what a share counts, or whose search space it is of.
        let isApart = isElsewhere || session.epochs.newest != epoch
        let time = (isApart ? apart : before?.timeAgain(nowMs: nowMs)) ?? job.currentTime
        answer(session) { line in
            if let difficulty { StratumWriter.append(difficulty, to: &line) }
            job.notice.append(
                WireJobID(jobID: job.id, sendingNumber: count),
                time: time,
                isClean: isClean,
                to: &line
            )
        }
        noteSent(job, time: time, count: count, session)
    }

    /// A difficulty for the next job; for this one too when it is urgent.
    func change(_ session: StratumSession, to difficulty: Difficulty, isUrgent: Bool) {
        session.nextDifficulty = difficulty == session.difficulty ? nil : difficulty
        let due = job.map { min(difficulty, $0.difficultyMax ?? difficulty) }
        guard isUrgent, let sent = session.sent, due != session.difficulty else { return }
        // Whoever asks for one difficulty after the other gets the last of them with the next job.
        if sent.job != job?.id || sent.count < Self.urgentSendingCountMax { sendJob(to: session, isClean: false) }
    }

    /// What the measurement of a session's speed asks for.
    func take(_ advice: Vardiff.Advice, _ session: StratumSession) {
        guard case .change(let difficulty, let isUrgent) = advice else { return }
        change(session, to: difficulty, isUrgent: isUrgent)
    }

    /// Brings the session's difficulty to what is due with this job.
    ///
    /// - Returns: What must be announced; `nil` when it is the same as before.
    private func adopt(_ job: StratumJob, firstTime: UInt32, _ session: StratumSession) -> Difficulty? {
        let wanted = wanted(session)
        let difficulty = due(with: job, session)
        session.nextDifficulty = nil
        // Shares of jobs before are stale, whatever their difficulty was.
        if let tipFirstJob { session.epochs.prune(oldestJob: tipFirstJob) }
        guard difficulty != session.epochs.newest?.difficulty else {
            defer { session.difficulty = difficulty }
            return session.difficulty == difficulty ? nil : difficulty
        }
        let isNew = session.epochs.append(
            firstJob: job.id,
            firstTime: firstTime,
            difficulty: difficulty,
            target: Target(difficulty: difficulty, differenceOne: office.network.differenceOne)
        )
        guard isNew else {
            // Too many changes for one tip: it stays as it is until the next, and who has come back is told what that is.
            session.nextDifficulty = wanted
            guard session.difficulty == nil else { return nil }
            session.difficulty = session.epochs.newest?.difficulty
            return session.difficulty
        }
        if session.difficulty == nil {
            session.vardiff.begin(nowMs: nowMs)
        } else {
            office.metrics.retargets.increment()
        }
        session.difficulty = difficulty
        session.vardiff.adopt(difficulty, nowMs: nowMs, office.vardiff)
        return difficulty
    }

    private func noteSent(_ job: StratumJob, time: UInt32, count: UInt8, _ session: StratumSession) {
        session.sent = SentJob(job: job.id, time: time, count: count, atMs: nowMs)
    }

    /// What the session's difficulty should be, also where a job before was too easy for it.
    private func wanted(_ session: StratumSession) -> Difficulty {
        let difficulty = session.nextDifficulty ?? session.vardiff.difficulty
        return session.options.fixed ?? session.vardiff.bounded(difficulty, office.vardiff)
    }

    /// What it is with this job: none too hard for a block.
    private func due(with job: StratumJob, _ session: StratumSession) -> Difficulty {
        let wanted = wanted(session)
        return min(wanted, job.difficultyMax ?? wanted)
    }
}
