internal import ChainAdapter
internal import Ledger
internal import ServiceRuntime

/// Brings signed payouts to the network, and follows them until they are buried.
struct PayoutFollower {
    let store: any PayoutStore
    let wallet: any PayoutWallet
    /// In blocks: as deep as a payout must be to be settled, a conflict must be to be believed.
    let depthRequired: UInt32
    let surroundings: Surroundings

    /// What was learnt of a payout, and the words that go with it.
    private struct Observation {
        let news: PayoutAttempt.News
        var depth: UInt32?
        var reason = ""
    }

    func advance(_ row: PayoutRow) async throws(StoreError) {
        switch row.attempt.next {
        case .broadcast: try await apply(await sent(row), to: row)
        case .observe: try await apply(await observed(row), to: row)
        case .reserve, .sign, .nothing: break
        }
    }

    /// Sends the stored bytes: the only ones there are for this payout.
    private func sent(_ row: PayoutRow) async -> Observation {
        switch await outcome({ () async throws(NodeError) in try await wallet.send(row.transaction) }) {
        case .success: return Observation(news: .accepted)
        case .failure(.refused(_, let message)):
            // A node also refuses what it has mined already: look before believing.
            let seen = await observed(row)
            guard seen.news == .missing else { return seen }
            return Observation(news: .refused, reason: message)
        case .failure(let error): return Observation(news: .unclear, reason: "\(error)")
        }
    }

    private func observed(_ row: PayoutRow) async -> Observation {
        guard let identifier = row.identifier else { return Observation(news: .unclear) }
        switch await outcome({ () async throws(NodeError) in try await wallet.fate(of: identifier) }) {
        case .success(.buried(let depth)):
            return Observation(news: .buried(depth: depth), depth: depth)
        case .success(.waiting):
            return Observation(news: .waiting, depth: 0)
        case .success(.missing):
            return Observation(news: .missing, depth: 0)
        case .success(.conflicted(let depth)):
            let reason = "another transaction has spent its coins, \(depth) blocks deep"
            // Not deep enough, it may be reorganised away again.
            guard depth >= depthRequired else { return Observation(news: .unclear, reason: reason) }
            return Observation(news: .conflicted, reason: reason)
        case .failure(let error):
            return Observation(news: .unclear, reason: "\(error)")
        }
    }

    private func apply(_ observation: Observation, to row: PayoutRow) async throws(StoreError) {
        var row = row
        let effects = row.attempt.handle(observation.news)
        if effects.contains(.settle) {
            try await store.settle(row, depth: observation.depth ?? 0, nowMs: nowMs)
            surroundings.log.info("payout confirmed", ["payout": row.id, "depth": observation.depth ?? 0])
            return
        }
        try await store.save(row, confirmations: observation.depth, reason: observation.reason, nowMs: nowMs)
        if effects.contains(.alert) {
            surroundings.log.error(
                "payout needs a person",
                ["payout": row.id, "state": row.attempt.state.rawValue, "reason": observation.reason]
            )
        }
        if effects.contains(.broadcast) {
            surroundings.log.warning("payout sent again", ["payout": row.id])
            let again = await sent(row)
            // Sending said nothing new when the transaction is still missing: the next run asks again.
            guard again.news != .missing else { return }
            try await apply(again, to: row)
        }
    }

    private var nowMs: Int64 { Int64(clamping: surroundings.clock.unixMilliseconds) }
}
