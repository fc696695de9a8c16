import Hashing
import Messages
import ServiceRuntime
import System

/// The loop that tells the ledger, until it knows everything.
extension BlockFollower {
    func reportToLedger() async {
        while !Task.isCancelled {
            let isTold = await report()
            await retire()
            if isTold { await reportNode() }
            await reportWake.wait(atMost: isTold ? settings.pollInterval : settings.reportRetryInterval, clock)
        }
    }

    /// - Returns: Whether the ledger took everything.
    func report() async -> Bool {
        var isTold = true
        let pause = settings.pollInterval.wholeMilliseconds
        for report in watchlist.unreported(atMs: clock.monotonicMilliseconds, pause: pause) {
            guard !Task.isCancelled else { return false }
            watchlist.beginTelling(report)
            do throws(RPCError) {
                let reply = try await ledger.recordBlock(report)
                watchlist.acknowledge(report, reply.stage, atMs: clock.monotonicMilliseconds)
            } catch {
                log.warning("block_not_reported", ["height": report.height, "reason": error])
                isTold = false
                // Nobody is there: the others would wait just as long for nothing.
                if error.isRetryable { return false }
            }
        }
        return isTold
    }

    /// Tells where the nodes are; a hint for people, which is told again at the next look.
    func reportNode() async {
        guard let end = view.end else { return }
        let state = NodeState(height: end.height, tip: end.hash.bytes, seenAtMs: view.seenAtMs)
        do throws(RPCError) {
            _ = try await ledger.recordNode(state)
        } catch {
            log.debug("node_not_reported", ["reason": error])
        }
    }

    /// Forgets blocks whose end the ledger knows.
    func retire() async {
        for hash in watchlist.settled {
            guard let entry = watchlist[hash] else { continue }
            do throws(SystemError) {
                try await store.remove(hash)
            } catch {
                log.error("candidate_not_removed", ["hash": hash, "reason": error])
                continue
            }
            watchlist.remove(hash)
            metrics.countSettled(entry.fate.state)
            log.info(
                "block_settled",
                ["height": entry.candidate.height, "hash": hash, "state": entry.fate.state.label]
            )
        }
        metrics.show(watchlist.all)
    }
}
