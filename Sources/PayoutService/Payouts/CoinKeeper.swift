internal import ChainAdapter
internal import ServiceRuntime

/// Keeps the node's locks as the store has them: the node forgets its own when it restarts.
///
/// The locks keep a person who uses the same wallet from spending a payout's coins. That no two payouts take the same coin
/// does not rest on them.
struct CoinKeeper {
    /// Coins of cancelled payouts that one run unlocks.
    static let freedCountMax = 1_000

    let store: any PayoutStore
    let wallet: any PayoutWallet
    let surroundings: Surroundings

    /// Locks what the unfinished payouts spend, in every run, and once frees what cancelled ones do not.
    func restoreLocks(_ rows: [PayoutRow]) async throws(StoreError) {
        let held = Set(rows.flatMap(\.coins).map(\.reference))
        let freed = Set(try await store.freed(countMax: Self.freedCountMax))
        guard !held.isEmpty || !freed.isEmpty else { return }
        let restored = await outcome { () async throws(NodeError) in
            if !held.isEmpty {
                let open = try await wallet.coins(depth: 0).map(\.reference).filter(held.contains)
                if !open.isEmpty { try await wallet.lock(open) }
            }
            if !freed.isEmpty {
                let closed = try await wallet.lockedCoins().filter(freed.contains)
                if !closed.isEmpty { try await wallet.unlock(closed) }
            }
        }
        switch restored {
        case .success: if !freed.isEmpty { try await store.markUnlocked(freed.sorted()) }
        case .failure(let error):
            surroundings.log.warning("payouts' coins are not locked yet", ["reason": "\(error)"])
        }
    }
}
