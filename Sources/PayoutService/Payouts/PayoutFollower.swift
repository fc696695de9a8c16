internal import BlockFormat
internal import ChainAdapter
internal import Ledger
internal import MiningDomain
internal import ServiceRuntime

/// Brings signed payouts to the network, and follows every version of their transactions until one is buried.
struct PayoutFollower {
    let store: any PayoutStore
    let wallet: any PayoutWallet
    let observer: PayoutObserver
    /// Whether anything is sent; while nothing is, what may have been sent before is followed all the same.
    let isSending: Bool
    let network: Network
    let surroundings: Surroundings

    /// How the offered version stands, once nothing more is to be done for it now.
    enum Standing: Hashable {
        /// It waits in memory pools.
        case waiting
        /// No node has it, and ours does not take it.
        case refused
        case other
    }

    @discardableResult
    func advance(_ row: PayoutRow) async throws(StoreError) -> Standing {
        switch row.attempt.next {
        case .broadcast: try await apply(isSending ? await sent(row) : await observer.observe(row), to: row)
        // What is halted is sent again only when nobody is found to have spent its coins.
        case .observe: try await apply(await observer.observe(row, searching: row.attempt.isHalted), to: row)
        case .reserve, .sign, .nothing: .other
        }
    }

    /// Sends the offered version's stored bytes.
    ///
    /// With `searching`, one that is refused has whoever spent its coins searched for: a wallet looks through all that it has
    /// sent, which is not done twice in a run.
    private func sent(_ row: PayoutRow, searching: Bool = true) async -> PayoutObserver.Observation {
        guard let offered = row.offered else { return PayoutObserver.Observation(news: .unclear) }
        switch await outcome({ () async throws(NodeError) in try await wallet.send(offered.transaction) }) {
        case .success: return PayoutObserver.Observation(news: .accepted)
        case .failure(.refused(_, let message)):
            // A node also refuses what it has mined already: look before believing.
            let seen = await observer.observe(row, searching: searching)
            guard seen.news == .missing else { return seen }
            return PayoutObserver.Observation(news: .refused, reason: message).adding(seen.reason)
        case .failure(let error): return PayoutObserver.Observation(news: .unclear, reason: "\(error)")
        }
    }

    private func apply(_ observation: PayoutObserver.Observation, to row: PayoutRow) async throws(StoreError)
        -> Standing
    {
        if !observation.rivals.isEmpty {
            let outputs = try await store.outputs(of: row.id)
            if let found = StandIn.find(for: row, paying: outputs, among: observation.rivals, on: network) {
                return try await adopt(found, for: row)
            }
        }
        var row = row
        let effects = row.attempt.handle(observation.news)
        if effects.contains(.settle), let version = observation.version {
            try await store.settle(row, by: version, depth: observation.depth ?? 0, nowMs: nowMs)
            surroundings.log.info("payout confirmed", ["payout": row.id, "depth": observation.depth ?? 0])
            return .other
        }
        // Why a person must look stays to be read until the payout moves on.
        let isHalted = row.attempt.isHalted
        let isHeldBack = !isSending && effects.contains(.broadcast)
        let words = isHeldBack ? "not sent: payouts are switched off" : observation.reason
        let reason = isHalted && words.isEmpty ? nil : words
        try await store.save(row, confirmations: observation.depth, reason: reason, nowMs: nowMs)
        if effects.contains(.alert) { alert(row, because: observation.reason) }
        guard isSending else { return .other }
        if effects.contains(.broadcast) {
            surroundings.log.warning("payout sent again", ["payout": row.id])
            let again = await sent(row, searching: !isHalted)
            // Sending said nothing new when the transaction is still missing: the next run asks again.
            guard again.news != .missing else { return .other }
            return try await apply(again.news == .refused ? again.adding(observation.reason) : again, to: row)
        }
        guard !isHalted else { return .other }
        if observation.news == .refused { return .refused }
        guard row.attempt.state == .broadcast, observation.news == .waiting else { return .other }
        if observation.isOfferedMissing, let offered = row.offered {
            // Stored, and lost before it was sent; another version waits, so that nothing is wrong if this is refused.
            _ = await outcome { () async throws(NodeError) in try await wallet.send(offered.transaction) }
            return .other
        }
        return .waiting
    }

    /// Follows a transaction that paid in the place of those that were signed here.
    private func adopt(_ found: PayoutVersion, for row: PayoutRow) async throws(StoreError) -> Standing {
        try await store.replace(by: found, of: row.id, nowMs: nowMs)
        surroundings.log.warning(
            "payout was paid by another transaction than was sent",
            ["payout": row.id, "txid": found.identifier, "fee": found.fee.units]
        )
        let known = PayoutRow(id: row.id, attempt: row.attempt, versions: row.versions + [found], coins: row.coins)
        return try await apply(await observer.observe(known), to: known)
    }

    func alert(_ row: PayoutRow, because reason: String) {
        surroundings.log.error(
            "payout needs a person",
            ["payout": row.id, "state": row.attempt.state.rawValue, "reason": reason]
        )
    }

    private var nowMs: Int64 { surroundings.nowMs }
}

extension PayoutAttempt {
    /// Whether a person must look.
    fileprivate var isHalted: Bool { state == .stuck || state == .conflicted }
}
