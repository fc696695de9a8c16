import ChainAdapter
import Hashing
import Messages
import ServiceRuntime
import System

/// What other services ask of the watcher.
extension BlockFollower: BlocksHandler {
    func getTip(_ request: Empty) async throws(RPCError) -> Tip {
        guard let end = view.end else { throw .unavailable("no node has answered yet") }
        return end.message
    }

    /// A solved block: onto the disk, to every node, and only then into the books.
    func submitBlock(_ request: BlockCandidate) async throws(RPCError) -> SubmitBlockReply {
        if let known = known(request) { return known }
        return try await take(SolvedCandidate(request, try await template(request.jobID), on: settings.network))
    }

    /// A candidate that is put together.
    func take(_ solved: SolvedCandidate) async throws(RPCError) -> SubmitBlockReply {
        let arrivedAt = ContinuousClock.now
        let hash = solved.candidate.hash
        guard !watchlist.isFull else {
            throw .resourceExhausted("\(Watchlist.countMax) blocks are being followed already")
        }
        let isSaved = await save(solved)
        watchlist.insert(
            solved.candidate,
            CandidateFate(confirmationCount: settings.confirmationCount),
            isSaved: isSaved
        )
        let submissions = await offer(solved.block, hash, within: settings.submitTimeout)
        metrics.found.increment()
        metrics.submitSeconds.observe(.now - arrivedAt)
        log.info(
            "block_found",
            [
                "height": solved.candidate.height, "hash": hash, "job": solved.candidate.jobID,
                "finder": solved.candidate.finder?.address ?? "",
                "answers": submissions.map(\.summary).joined(separator: ", "),
            ]
        )
        events.announce(solved.candidate.report(state: .submitted, confirmations: 0, reason: "").change)
        followWake.signal()
        reportWake.signal()
        // The nodes have it, but a crash of this replica would forget it: the sender must keep it.
        guard isSaved else { throw .unavailable("the block was submitted but could not be written to disk") }
        return SubmitBlockReply(hash: hash.bytes, state: watchlist[hash]?.fate.state ?? .submitted)
    }

    /// The answer to a block that is followed already.
    private func known(_ request: BlockCandidate) -> SubmitBlockReply? {
        let hash = Hash256.sha256d(of: request.header)
        guard let entry = watchlist[hash], entry.isSaved else { return nil }
        return SubmitBlockReply(hash: hash.bytes, state: entry.fate.state)
    }

    private func template(_ jobID: UInt64) async throws(RPCError) -> Template {
        if let template = templates[jobID] { return template }
        let template = try await jobs.getTemplate(GetTemplateRequest(jobID: jobID))
        templates.insert(template)
        return template
    }

    private func save(_ solved: SolvedCandidate) async -> Bool {
        do throws(SystemError) {
            let report = solved.candidate.report(state: .submitted, confirmations: 0, reason: "")
            try await store.save(report, block: solved.block)
            return true
        } catch {
            log.error("candidate_not_saved", ["hash": solved.candidate.hash, "reason": error])
            return false
        }
    }

    /// Offers a block to all nodes, waiting for their answers at most so long, and notes what they said.
    @discardableResult
    func offer(_ block: [UInt8], _ hash: Hash256, within limit: Duration) async -> [NodeSubmission] {
        let submissions = await withTaskGroup(of: [NodeSubmission]?.self) { group in
            group.addTask { await self.chain.submit(block) }
            group.addTask {
                try? await self.clock.sleep(for: limit)
                return nil
            }
            var submissions: [NodeSubmission] = []
            // Whichever comes first ends the other; a cut-off submission still tells who had answered.
            for await result in group {
                if let result { submissions = result }
                group.cancelAll()
            }
            return submissions
        }
        let answers = submissions.compactMap { try? $0.result.get() }
        // Answers to an offer do not say what is on the chain now.
        note(hash, seenAtMs: 0) { $0.offered(answers, atMs: clock.monotonicMilliseconds) }
        return submissions
    }

    /// Changes a block's fate by what nodes said when they were asked at `seenAtMs`, and tells everybody when that changed its
    /// state.
    func note(_ hash: Hash256, seenAtMs: UInt64, _ change: (inout CandidateFate) -> Void) {
        guard let report = watchlist.update(hash, seenAtMs: seenAtMs, change) else { return }
        log.info(
            "block_changed",
            [
                "height": report.height, "hash": hash, "state": report.state.label,
                "confirmations": report.confirmations, "reason": report.reason,
            ]
        )
        events.announce(report.change)
        reportWake.signal()
    }
}

extension BlockReport {
    var change: BlockChanged {
        BlockChanged(height: height, hash: hash, state: state, confirmations: confirmations)
    }
}

extension NodeSubmission {
    /// For the log: the node and its word.
    var summary: String {
        switch result {
        case .success(.accepted): "\(node): accepted"
        case .success(.duplicate): "\(node): duplicate"
        case .success(.inconclusive): "\(node): inconclusive"
        case .success(.rejected(let reason)): "\(node): rejected (\(reason))"
        case .failure(let error): "\(node): \(error)"
        }
    }
}
