internal import BlockFormat
internal import ChainAdapter
internal import Ledger
internal import ServiceRuntime

/// Accounts that a payout cannot be made with hold up nobody else.
extension PayoutSigner {
    /// Gives the others their money without those whom the node refuses to have paid, and waits when there are none.
    func leaveOut(
        whoeverIsRefusedIn draft: PayoutDraft,
        _ outputs: [AccountAmount],
        _ row: PayoutRow,
        _ wait: PayoutWait,
        because reason: String
    ) async throws(StoreError) -> Progress {
        guard wait == .refused else { return try await leave(row, to: wait, because: reason) }
        let sifted = await outcome { () async throws(NodeError) in
            try await PayoutSieve(wallet: wallet).refused(in: draft, of: outputs.map(\.account)).map { refused in
                refused.isPayable
                    ? Self.exclusion(of: refused.account, because: "the node refuses to pay it: \(refused.reason)")
                    : Self.exclusion(of: refused.account)
            }
        }
        switch sifted {
        case .success(let exclusions) where exclusions.isEmpty:
            return try await leave(row, to: wait, because: reason)
        case .success(let exclusions): return try await giveUp(row, without: exclusions)
        case .failure(let error): return try await leave(row, to: PayoutWait(error), because: "\(error)")
        }
    }

    /// Somebody mines to the address of the pool's change, and the wallet makes no other one: those that only watch have as
    /// many as they were given.
    func leaveOut(
        whoeverHas change: Address,
        _ outputs: [AccountAmount],
        _ row: PayoutRow,
        because error: NodeError
    ) async throws(StoreError) -> Progress {
        guard settings.signing == .psbt, case .refused = error else {
            return try await leave(row, to: PayoutWait(error), because: "\(error)")
        }
        let owners = outputs.map(\.account).filter {
            $0.address(on: settings.network)?.scriptPublicKey == change.scriptPublicKey
        }
        return try await giveUp(
            row,
            without: owners.map { Self.exclusion(of: $0, because: "it is where the pool's own change goes") }
        )
    }

    /// Why an account is paid no more: for its address, as long as the wallet takes it for none, or for a person to look at.
    static func exclusion(of account: AccountName, because reason: String? = nil) -> PayoutExclusion {
        PayoutExclusion(
            account: account,
            reason: reason ?? "the wallet takes it for no address",
            isForAPerson: reason != nil
        )
    }

    func giveUp(_ row: PayoutRow, without accounts: [PayoutExclusion]) async throws(StoreError) -> Progress {
        try await store.exclude(accounts, from: row, nowMs: nowMs)
        for exclusion in accounts {
            surroundings.log.error(
                "account cannot be paid: \(exclusion.reason)",
                ["payout": row.id, "account": exclusion.account]
            )
        }
        return .ended
    }
}
