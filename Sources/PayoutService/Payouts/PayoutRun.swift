internal import BlockFormat
internal import ChainAdapter
internal import Ledger
internal import ServiceRuntime
internal import System

/// One pass over all payouts: first what is settled and what is unfinished, then what is new.
///
/// Only who has the right to pay runs it. It may end anywhere, and the next one goes on from what the store says. While
/// payouts are switched off, it only looks: nothing is planned, signed, drawn up or sent.
struct PayoutRun {
    /// Accounts that one run asks the wallet about again.
    static let excludedCountMax = 100

    let store: any PayoutStore
    let wallet: any PayoutWallet
    let settings: PayoutSettings
    let surroundings: Surroundings
    let metrics: PayoutMetrics

    func run() async throws(StoreError) {
        let follower = PayoutFollower(
            store: store,
            wallet: wallet,
            observer: PayoutObserver(wallet: wallet, depthRequired: settings.payoutDepth, surroundings: surroundings),
            isSending: settings.isPaying,
            network: settings.network,
            surroundings: surroundings
        )
        try await watch()
        try await follow(by: follower)
        let unfinished = try await store.unfinished()
        let keeper = CoinKeeper(store: store, wallet: wallet, surroundings: surroundings)
        try await keeper.restoreLocks(unfinished)
        let unsigned = unfinished.filter { $0.attempt.next == .sign }
        guard settings.isPaying else {
            let handedOver = unsigned.count { !$0.coins.isEmpty }
            metrics.show([.pause: unsigned.count - handedOver, .signature: handedOver])
            return
        }
        let signer = PayoutSigner(
            store: store,
            wallet: wallet,
            settings: settings,
            follower: follower,
            surroundings: surroundings
        )
        var waits = try await signer.sign(unsigned)
        try await admitAgain()
        let known = Set(unfinished.map(\.id))
        if try await plan() {
            let new = try await store.unfinished().filter { $0.attempt.next == .sign && !known.contains($0.id) }
            waits.merge(try await signer.sign(new)) { $0 + $1 }
        }
        metrics.show(waits)
    }

    /// First of all: what it takes back is sent again in the same run.
    private func watch() async throws(StoreError) {
        let watch = PayoutWatch(
            store: store,
            wallet: wallet,
            depth: settings.watchDepth,
            depthRequired: settings.payoutDepth,
            surroundings: surroundings,
            metrics: metrics
        )
        try await watch.look()
    }

    private func follow(by follower: PayoutFollower) async throws(StoreError) {
        let raiser = PayoutRaiser(
            store: store,
            wallet: wallet,
            settings: settings,
            follower: follower,
            surroundings: surroundings,
            metrics: metrics
        )
        var waiting: [(row: PayoutRow, standing: PayoutFollower.Standing)] = []
        for row in try await store.unfinished() {
            let standing = try await follower.advance(row)
            if standing != .other { waiting.append((row, standing)) }
        }
        guard !waiting.isEmpty else { return }
        let asked = await outcome { () async throws(NodeError) in try await wallet.conditions() }
        guard case .success(let conditions) = asked else { return }
        for (row, standing) in waiting { try await raiser.consider(row, standing, conditions) }
    }

    /// - Returns: Whether there are new payouts.
    private func plan() async throws(StoreError) -> Bool {
        let settings = settings
        let nowMs = Int64(clamping: surroundings.clock.unixMilliseconds)
        let planned = try await store.plan(
            threshold: settings.payoutThreshold,
            intervalMs: Int64(clamping: settings.payoutInterval.wholeMilliseconds),
            nowMs: nowMs
        ) { candidates in
            PayoutPlan.batches(
                of: candidates,
                threshold: settings.payoutThreshold,
                outputCountMax: min(settings.outputCountMax, PayoutSettings.payoutOutputCountMax),
                nowMs: nowMs,
                amountMin: settings.amountMin(of:)
            )
        }
        guard let planned, planned > 0 else { return false }
        surroundings.log.info("payouts planned", ["count": planned])
        return true
    }

    /// A newer node may know an address that the one before did not.
    private func admitAgain() async throws(StoreError) {
        let nowMs = Int64(clamping: surroundings.clock.unixMilliseconds)
        let excluded = try await store.excluded(countMax: Self.excludedCountMax, nowMs: nowMs)
        for account in excluded {
            guard let address = account.address(on: settings.network) else { continue }
            let asked = await outcome { () async throws(NodeError) in try await wallet.isPayable(address) }
            guard case .success(true) = asked else { continue }
            try await store.admit(account)
            surroundings.log.info("account can be paid again", ["account": account])
        }
        metrics.excludedAccounts.set(Int64(try await store.excludedCount()))
    }
}
