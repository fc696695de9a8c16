internal import Ledger
internal import PostgresClient
internal import ServiceRuntime

/// One pass over all payouts: first what is unfinished, then what is new.
///
/// Only the holder of the payout lock runs it. It may end anywhere, and the next one goes on from what the database says.
struct PayoutRun {
    let book: PayoutBook
    let wallet: any PayoutWallet
    let settings: PayoutSettings
    let surroundings: Surroundings

    func run() async throws(PostgresError) {
        let follower = PayoutFollower(book: book, wallet: wallet, surroundings: surroundings)
        let signer = PayoutSigner(
            book: book,
            wallet: wallet,
            network: settings.network,
            follower: follower,
            surroundings: surroundings
        )
        for row in try await book.unfinished() { try await follower.advance(row) }
        let unfinished = try await book.unfinished()
        guard !unfinished.contains(where: { $0.attempt.state == .signed }) else {
            // Until the network has it, a new transaction could take its coins.
            surroundings.log.warning("no new payouts before every signed one is broadcast")
            return
        }
        guard try await signer.signInterrupted(unfinished.filter { $0.attempt.next == .sign }) else { return }
        guard settings.isPaying else { return }
        let planned = try await book.plan(
            threshold: settings.payoutThreshold,
            outputCountMax: min(settings.outputCountMax, PayoutSettings.payoutOutputCountMax),
            intervalMs: settings.payoutInterval.wholeMilliseconds,
            nowMs: Int64(clamping: surroundings.clock.unixMilliseconds)
        )
        guard let planned, planned > 0 else { return }
        surroundings.log.info("payouts planned", ["count": planned])
        _ = try await signer.sign(try await book.unfinished().filter { $0.attempt.next == .sign })
    }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
