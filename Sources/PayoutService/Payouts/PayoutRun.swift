internal import Ledger
internal import ServiceRuntime

/// One pass over all payouts: first what is unfinished, then what is new.
///
/// Only who has the right to pay runs it. It may end anywhere, and the next one goes on from what the store says.
struct PayoutRun {
    let store: any PayoutStore
    let wallet: any PayoutWallet
    let settings: PayoutSettings
    let surroundings: Surroundings

    func run() async throws(StoreError) {
        let follower = PayoutFollower(
            store: store,
            wallet: wallet,
            depthRequired: settings.payoutDepth,
            surroundings: surroundings
        )
        let signer = PayoutSigner(
            store: store,
            wallet: wallet,
            network: settings.network,
            follower: follower,
            surroundings: surroundings
        )
        for row in try await store.unfinished() { try await follower.advance(row) }
        let unfinished = try await store.unfinished()
        guard !unfinished.contains(where: { $0.attempt.state == .signed }) else {
            // Until the network has it, a new transaction could take its coins.
            surroundings.log.warning("no new payouts before every signed one is broadcast")
            return
        }
        guard try await signer.signInterrupted(unfinished.filter { $0.attempt.next == .sign }) else { return }
        guard settings.isPaying else { return }
        let planned = try await store.plan(
            threshold: settings.payoutThreshold,
            outputCountMax: min(settings.outputCountMax, PayoutSettings.payoutOutputCountMax),
            intervalMs: settings.payoutInterval.wholeMilliseconds,
            nowMs: Int64(clamping: surroundings.clock.unixMilliseconds)
        )
        guard let planned, planned > 0 else { return }
        surroundings.log.info("payouts planned", ["count": planned])
        _ = try await signer.sign(try await store.unfinished().filter { $0.attempt.next == .sign })
    }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
