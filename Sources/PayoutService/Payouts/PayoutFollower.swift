internal import BlockFormat
internal import ChainAdapter
internal import Hashing
internal import Ledger
internal import MiningDomain
internal import ServiceRuntime

/// Brings signed payouts to the network, and follows every version of their transactions until one is buried.
struct PayoutFollower {
    let store: any PayoutStore
    let wallet: any PayoutWallet
    /// In blocks: as deep as a payout must be to be settled, a conflict must be to be believed.
    let depthRequired: UInt32
    /// Whether anything is sent; while nothing is, what may have been sent before is followed all the same.
    let isSending: Bool
    let network: Network
    let surroundings: Surroundings

    /// What was learnt of a payout, and the words that go with it.
    private struct Observation {
        let news: PayoutAttempt.News
        var depth: UInt32?
        /// The version that is buried.
        var version: Hash256?
        /// The offered version is not where another one is.
        var isOfferedMissing = false
        var isConflict = false
        /// Whatever else spends the payout's coins.
        var rivals: [CoinSpender] = []
        var reason = ""

        /// The same, with more words.
        func adding(_ words: String) -> Observation {
            var other = self
            other.reason = [reason, words].filter { !$0.isEmpty }.joined(separator: "; ")
            return other
        }
    }

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
        case .broadcast: try await apply(isSending ? await sent(row) : await observed(row), to: row)
        // What is halted is sent again only when nobody is found to have spent its coins.
        case .observe: try await apply(await observed(row, searching: row.attempt.isHalted), to: row)
        case .reserve, .sign, .nothing: .other
        }
    }

    /// Sends the offered version's stored bytes.
    ///
    /// With `searching`, one that is refused has whoever spent its coins searched for: a wallet looks through all that it has
    /// sent, which is not done twice in a run.
    private func sent(_ row: PayoutRow, searching: Bool = true) async -> Observation {
        guard let offered = row.offered else { return Observation(news: .unclear) }
        switch await outcome({ () async throws(NodeError) in try await wallet.send(offered.transaction) }) {
        case .success: return Observation(news: .accepted)
        case .failure(.refused(_, let message)):
            // A node also refuses what it has mined already: look before believing.
            let seen = await observed(row, searching: searching)
            guard seen.news == .missing else { return seen }
            return Observation(news: .refused, reason: message).adding(seen.reason)
        case .failure(let error): return Observation(news: .unclear, reason: "\(error)")
        }
    }

    /// With `searching`, whoever spent the coins of what no node has is searched for: what was never in a memory pool is
    /// unknown to the wallet, and its coins may be gone all the same.
    private func observed(_ row: PayoutRow, searching: Bool = false) async -> Observation {
        var fates: [(version: Hash256, fate: TransactionFate)] = []
        for version in row.versions {
            let asked = await outcome { () async throws(NodeError) in try await wallet.fate(of: version.identifier) }
            switch asked {
            case .success(let fate): fates.append((version.identifier, fate))
            case .failure(let error): return Observation(news: .unclear, reason: "\(error)")
            }
        }
        let seen = Self.together(fates, offered: row.offered?.identifier, depthRequired: depthRequired)
        guard seen.isConflict || (searching && seen.news == .missing) else { return seen }
        return await withRivals(of: row, seen)
    }

    /// What the versions' fates come to: they spend the same coins, so that one of them at most is ever mined.
    private static func together(
        _ fates: [(version: Hash256, fate: TransactionFate)],
        offered: Hash256?,
        depthRequired: UInt32
    ) -> Observation {
        var conflictDepth: UInt32?
        for (version, fate) in fates {
            switch fate {
            case .buried(let depth):
                return Observation(news: .buried(depth: depth), depth: depth, version: version)
            case .conflicted(let depth): conflictDepth = max(conflictDepth ?? 0, depth)
            case .waiting, .missing, .unknown: break
            }
        }
        if let conflictDepth { return conflicted(depth: conflictDepth, depthRequired) }
        guard fates.contains(where: { $0.fate == .waiting }) else { return Observation(news: .missing, depth: 0) }
        let isOfferedMissing = fates.contains {
            $0.version == offered && ($0.fate == .missing || $0.fate == .unknown)
        }
        return Observation(news: .waiting, depth: 0, isOfferedMissing: isOfferedMissing)
    }

    private static func conflicted(depth: UInt32, _ depthRequired: UInt32) -> Observation {
        let reason = "another transaction has spent its coins, \(depth) blocks deep"
        // Not deep enough, it may be reorganised away again.
        let news = depth >= depthRequired ? PayoutAttempt.News.conflicted : .unclear
        return Observation(news: news, isConflict: true, reason: reason)
    }

    /// What was seen, or the conflict that it comes from, once others on the chain are found to spend the payout's coins.
    private func withRivals(of row: PayoutRow, _ seen: Observation) async -> Observation {
        switch await outcome({ () async throws(NodeError) in try await wallet.spenders(of: row) }) {
        case .success(let spenders):
            let own = Set(row.versions.map(\.identifier))
            let rivals = spenders.filter { !own.contains($0.transaction) }
            let depth = rivals.map(\.confirmations).max() ?? 0
            guard depth > 0 else { return seen }
            var conflict = Self.conflicted(depth: UInt32(clamping: depth), depthRequired)
            conflict.rivals = rivals
            return conflict
        case .failure(let error):
            surroundings.log.warning(
                "who spends a payout's coins is not known",
                ["payout": row.id, "reason": "\(error)"]
            )
            return seen.adding("who spends its coins is not known: \(error)")
        }
    }

    private func apply(_ observation: Observation, to row: PayoutRow) async throws(StoreError) -> Standing {
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
        return try await apply(await observed(known), to: known)
    }

    func alert(_ row: PayoutRow, because reason: String) {
        surroundings.log.error(
            "payout needs a person",
            ["payout": row.id, "state": row.attempt.state.rawValue, "reason": reason]
        )
    }

    private var nowMs: Int64 { Int64(clamping: surroundings.clock.unixMilliseconds) }
}

extension PayoutAttempt {
    /// Whether a person must look.
    fileprivate var isHalted: Bool { state == .stuck || state == .conflicted }
}

extension PayoutWallet {
    /// How many blocks before a payout was signed the search for who spent its coins begins: reorganisations move them.
    private var searchMargin: UInt32 { 100 }

    /// Whoever spends a payout's coins, its own versions among them.
    ///
    /// `height` is when a payout that is not signed yet was handed over.
    func spenders(of row: PayoutRow, handedOverAt height: UInt32? = nil) async throws(NodeError) -> [CoinSpender] {
        guard !row.coins.isEmpty, let start = row.versions.first?.signedHeight ?? height else { return [] }
        return try await spenders(
            of: row.coins.map(\.reference),
            against: row.versions.map(\.identifier),
            since: start - min(start, searchMargin)
        )
    }
}
