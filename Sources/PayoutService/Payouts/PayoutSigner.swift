internal import BlockFormat
internal import ChainAdapter
internal import Ledger
internal import MiningDomain
internal import ServiceRuntime

/// Gives each reserved payout its transaction: built and signed by the wallet, checked, stored, and only then sent.
struct PayoutSigner {
    /// No node asks more for so small a transaction (Bitcoin Core's own limit, `-maxtxfee`, is the same 0.1 coins).
    static let feeMax = Amount(units: 10_000_000)

    let store: any PayoutStore
    let wallet: any PayoutWallet
    let network: Network
    let follower: PayoutFollower
    let surroundings: Surroundings

    /// Goes on with payouts that an earlier run left unsigned.
    ///
    /// - Returns: Whether all are signed now, and have reached the network.
    func signInterrupted(_ rows: [PayoutRow]) async throws(StoreError) -> Bool {
        guard let first = rows.first else { return true }
        // That run may have left coins locked that nobody will spend. None that is needed is locked: whatever was
        // signed is broadcast.
        let unlocked = await outcome { () async throws(NodeError) in try await wallet.unlockAll() }
        if case .failure(let error) = unlocked { return try await leave(first, because: "\(error)") }
        return try await sign(rows)
    }

    /// - Returns: Whether all were signed and reached the network: the first that is not ends the run.
    func sign(_ rows: [PayoutRow]) async throws(StoreError) -> Bool {
        for row in rows {
            guard try await sign(row) else { return false }
        }
        return true
    }

    private func sign(_ row: PayoutRow) async throws(StoreError) -> Bool {
        var planned: [(address: Address, amount: Amount)] = []
        for output in try await store.outputs(of: row.id) {
            guard let address = Address(output.account.description, on: network) else {
                return try await leave(row, because: "\(output.account) is no address of \(network)")
            }
            planned.append((address, output.amount))
        }
        switch await outcome({ () async throws(NodeError) in try await wallet.build(paying: planned) }) {
        case .failure(let error):
            return try await leave(row, because: "\(error)")
        case .success(let payout) where !payout.pays(exactly: planned) || payout.fee > Self.feeMax:
            _ = await outcome { () async throws(NodeError) in try await wallet.discard(payout) }
            surroundings.log.error("the wallet built another payout than planned", ["payout": row.id])
            return try await leave(row, because: "the wallet built another payout than planned")
        case .success(let payout):
            return try await storeAndSend(payout, row)
        }
    }

    private func storeAndSend(_ payout: BuiltPayout, _ row: PayoutRow) async throws(StoreError) -> Bool {
        guard try await store.store(payout, of: row.id, nowMs: nowMs) else {
            return false  // it has one already: the coins of this one stay locked until the next repeat
        }
        var attempt = row.attempt
        _ = attempt.handle(.stored)
        surroundings.log.info("payout signed", ["payout": row.id, "txid": payout.identifier])
        try await follower.advance(
            PayoutRow(
                id: row.id,
                attempt: attempt,
                transaction: payout.transaction,
                identifier: payout.identifier
            )
        )
        // Until the network has it, the next one could take its coins: a node that starts again forgets which are locked.
        return try await store.payout(row.id)?.attempt.state != .signed
    }

    /// Leaves a payout as it is, to be tried again in the next run.
    private func leave(_ row: PayoutRow, because reason: String) async throws(StoreError) -> Bool {
        surroundings.log.warning("payout waits", ["payout": row.id, "reason": reason])
        try await store.save(row, confirmations: nil, reason: reason, nowMs: nowMs)
        return false
    }

    private var nowMs: Int64 { Int64(clamping: surroundings.clock.unixMilliseconds) }
}

/// What a call on the node came to, beside calls on the database, which fail with another error.
func outcome<Value>(_ call: () async throws(NodeError) -> Value) async -> Result<Value, NodeError> {
    do throws(NodeError) {
        return .success(try await call())
    } catch {
        return .failure(error)
    }
}
