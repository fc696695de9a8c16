import ChainAdapter
import Hashing
import Messages
import Messaging
import ServiceRuntime
import System

/// The loop that looks at the chain.
extension BlockFollower {
    func follow() async {
        var dueAtMs: UInt64 = 0
        while !Task.isCancelled {
            let isDue = clock.monotonicMilliseconds >= dueAtMs
            if await look(atEverything: isDue), isDue {
                dueAtMs = clock.monotonicMilliseconds + settings.pollInterval.wholeMilliseconds
            }
            await followWake.wait(atMost: min(settings.tipInterval, settings.pollInterval), clock)
        }
    }

    /// Looks at the chain's end, and at watched blocks when that changed, when a block is new, or when told to.
    ///
    /// - Returns: Whether the nodes could tell.
    func look(atEverything: Bool) async -> Bool {
        do throws(NodeError) {
            let tip = try await chain.tip()
            guard view.believes(tip.chainWork, patience: settings.lagPatience, by: clock) else {
                health.failed(
                    Self.nodeCondition,
                    because: "the nodes are behind: they are at height \(tip.height), and have been further"
                )
                return false
            }
            let isChanged = view.end?.hash != tip.bestBlockHash
            let isNew = watchlist.all.contains { !$0.fate.isSighted }
            if isChanged || isNew || atEverything { try await lookAtBlocks(atEverything) }
            health.met(Self.nodeCondition)
            return true
        } catch {
            health.failed(Self.nodeCondition, because: "\(error)")
            return false
        }
    }

    /// Asks for what may have changed: as long as the chain's last known end stands, nothing below it has, but its depth.
    private func lookAtBlocks(_ atEverything: Bool) async throws(NodeError) {
        let entries = watchlist.ordered { _ in true }
        let lastEnd = view.end
        let askedAtMs = clock.unixMilliseconds
        let all = Set(entries.map(\.candidate.height))
        var asked = all
        if !atEverything, lastEnd != nil {
            asked = Set(entries.filter { $0.fate.sighting == .nothing }.map(\.candidate.height))
        }
        var snapshot = try await snapshot(at: asked, lastEnd)
        if let lastEnd, asked != all, snapshot.hashes[lastEnd.height] != lastEnd.hash {
            asked = all
            snapshot = try await self.snapshot(at: asked, lastEnd)
        }
        guard view.believes(snapshot.chainWork, patience: settings.lagPatience, by: clock) else { return }
        moveEnd(from: lastEnd, to: snapshot)
        for entry in entries {
            note(entry.candidate.hash, seenAtMs: askedAtMs) { fate in
                if let lastEnd, !asked.contains(entry.candidate.height) {
                    fate.sank(by: snapshot.height - lastEnd.height)
                } else {
                    fate.saw(snapshot.sighting(of: entry.candidate))
                }
            }
        }
        metrics.show(watchlist.all)
        reportWake.signal()
    }

    /// Also tells what is where the chain's end was.
    private func snapshot(at heights: Set<UInt32>, _ lastEnd: ChainView.End?) async throws(NodeError) -> ChainSnapshot {
        try await chain.snapshot(at: heights.union(lastEnd.map { [$0.height] } ?? []))
    }

    private func moveEnd(from last: ChainView.End?, to snapshot: ChainSnapshot) {
        let end = ChainView.End(
            height: snapshot.height,
            hash: snapshot.bestBlockHash,
            chainWork: snapshot.chainWork
        )
        guard end != last else { return }
        view.set(end)
        metrics.tipHeight.set(Int64(end.height))
        events.announce(end.message)
        guard let last, snapshot.hashes[last.height] != last.hash else { return }
        metrics.reorganisations.increment()
        log.warning(
            "chain_reorganised",
            ["old_height": last.height, "old_hash": last.hash, "height": end.height, "hash": end.hash]
        )
    }
}

/// The loop that offers blocks again until the chain has them or something else in their place.
extension BlockFollower {
    private static let interval = Duration.seconds(1)

    func offerAgain() async {
        while !Task.isCancelled {
            await offerDue()
            try? await clock.sleep(for: Self.interval)
        }
    }

    /// Offers what is not on the chain and has waited long enough.
    func offerDue() async {
        let now = clock.monotonicMilliseconds
        for entry in watchlist.ordered(where: { $0.isSaved && $0.fate.wantsOffer(atMs: now) }) {
            await offerAgain(entry.candidate.hash)
        }
    }

    private func offerAgain(_ hash: Hash256) async {
        do throws(SystemError) {
            guard let block = try await store.block(hash) else {
                log.error("candidate_unreadable", ["hash": hash])
                return
            }
            let submissions = await offer(block, hash, within: Self.offerTimeout)
            log.info(
                "block_offered_again",
                ["hash": hash, "answers": submissions.map(\.summary).joined(separator: ", ")]
            )
            followWake.signal()
        } catch {
            log.error("candidate_unreadable", ["hash": hash, "reason": error])
        }
    }
}

/// The loop that keeps templates ready.
extension BlockFollower {
    private static let retryInterval = Duration.seconds(1)

    func fetchTemplates() async {
        while !Task.isCancelled {
            do throws(MessagingError) {
                let job = try await announcements.next()
                await fetchTemplate(job.jobID)
            } catch {
                // Closed or broken: templates are then fetched when they are needed.
                try? await clock.sleep(for: Self.retryInterval)
            }
        }
    }

    private func fetchTemplate(_ jobID: UInt64) async {
        do throws(RPCError) {
            templates.insert(try await jobs.getTemplate(GetTemplateRequest(jobID: jobID)))
            metrics.templates.set(Int64(templates.count))
        } catch {
            log.warning("template_not_fetched", ["job": jobID, "reason": error])
        }
    }
}

extension ChainSnapshot {
    func sighting(of candidate: Candidate) -> CandidateFate.Sighting {
        guard candidate.height <= height, let hash = hashes[candidate.height] else { return .nothing }
        let confirmations = height - candidate.height + 1
        return hash == candidate.hash ? .itself(confirmations: confirmations) : .other(confirmations: confirmations)
    }
}
