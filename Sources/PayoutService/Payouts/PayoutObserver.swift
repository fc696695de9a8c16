internal import ChainAdapter
internal import Hashing
internal import Ledger
internal import ServiceRuntime

/// Finds out what has become of a payout's transaction, in whichever version.
struct PayoutObserver {
    let wallet: any PayoutWallet
    /// In blocks: as deep as a payout must be to be settled, a conflict must be to be believed.
    let depthRequired: UInt32
    let surroundings: Surroundings

    /// What was learnt of a payout, and the words that go with it.
    struct Observation {
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

    /// With `searching`, whoever spent the coins of what no node has is searched for: what was never in a memory pool is
    /// unknown to the wallet, and its coins may be gone all the same.
    func observe(_ row: PayoutRow, searching: Bool = false) async -> Observation {
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
}
