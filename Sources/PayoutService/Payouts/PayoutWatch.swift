internal import ChainAdapter
internal import Ledger
internal import ServiceRuntime

/// Looks after settled payouts until their transactions are too deep for any reorganisation that can be expected.
///
/// One that is on the chain no more is taken back: its money is set aside again, its stored bytes are sent again, and it is
/// settled anew once it is buried anew. Nothing is signed, and no coin of it is free meanwhile.
struct PayoutWatch {
    /// Settled payouts that one run looks at.
    static let countMax = 10_000
    /// Those of them that the wallet is asked about by themselves, because its list of the last blocks has them not.
    static let askedCountMax = 100
    /// The list has so many blocks more than are watched: what has become deep enough while nobody looked should be in it.
    static let marginDepth: UInt32 = 100

    let store: any PayoutStore
    let wallet: any PayoutWallet
    /// In blocks: from here on a transaction is watched no more.
    let depth: UInt32
    /// In blocks: as deep as a payout must be to be settled.
    let depthRequired: UInt32
    let surroundings: Surroundings
    let metrics: PayoutMetrics

    func look() async throws(StoreError) {
        let watched = try await store.watched(countMax: Self.countMax)
        metrics.watched.set(Int64(watched.count))
        guard !watched.isEmpty else { return }
        let seen = await PayoutSightings.look(
            for: watched.map(\.version),
            within: depth + Self.marginDepth,
            askedCountMax: Self.askedCountMax,
            wallet
        )
        if let failure = seen.failure {
            surroundings.log.warning("not all confirmed payouts were looked at", ["reason": "\(failure)"])
        }
        let deep = watched.filter { seen.depths[$0.version].map { $0 >= depth } ?? false }
        if !deep.isEmpty { try await store.endWatch(of: deep.map(\.id)) }
        let asked = watched.filter { seen.asked.contains($0.version) }
        if !asked.isEmpty { try await store.postponeWatch(of: asked.map(\.id), nowMs: nowMs) }
        for payout in asked where seen.missing[payout.version] != nil { try await examine(payout) }
    }

    /// Takes a payout back when the wallet knows its transaction, and knows it to be in no block.
    private func examine(_ payout: WatchedPayout) async throws(StoreError) {
        guard var row = try await store.payout(payout.id),
            let version = row.versions.first(where: { $0.identifier == payout.version })
        else { return }
        let height: UInt32
        let spenders: [CoinSpender]
        switch await outcome({ () async throws(NodeError) in
            (try await wallet.conditions().height, try await wallet.spenders(of: row))
        }) {
        case .success(let answer): (height, spenders) = answer
        case .failure(let error):
            surroundings.log.warning(
                "whether a confirmed payout is on the chain is not known",
                ["payout": payout.id, "reason": "\(error)"]
            )
            return
        }
        guard let own = spenders.first(where: { $0.transaction == payout.version }) else {
            // Another wallet, or an older copy of it: its silence says nothing about the chain.
            surroundings.log.error(
                "the wallet does not know a confirmed payout's transaction",
                ["payout": payout.id, "txid": payout.version]
            )
            return
        }
        // A node that reads its chain anew comes by all heights: below this one it cannot have been settled.
        guard own.confirmations <= 0, height >= version.signedHeight.addingClamped(depthRequired) else { return }
        guard row.attempt.handle(.gone).contains(.takeBack) else { return }
        let reason = "it was confirmed, and a reorganisation took it off the chain"
        try await store.takeBack(payout, height: height, reason: reason, nowMs: nowMs)
        metrics.takenBack.increment()
        surroundings.log.error(
            "a confirmed payout is on the chain no more",
            ["payout": payout.id, "txid": payout.version, "depth": payout.settledDepth]
        )
    }

    private var nowMs: Int64 { surroundings.nowMs }
}

extension UInt32 {
    fileprivate func addingClamped(_ other: UInt32) -> UInt32 {
        let (sum, isTooMuch) = addingReportingOverflow(other)
        return isTooMuch ? .max : sum
    }
}
