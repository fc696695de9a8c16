internal import ChainAdapter
internal import Ledger
internal import MiningDomain
internal import ServiceRuntime

/// Payouts that somebody else signs.
extension PayoutSigner {
    /// Draws it up for whoever has the keys, and keeps its coins for it.
    func handOver(
        _ draft: PayoutDraft,
        of row: PayoutRow,
        _ outputs: [AccountAmount],
        from purse: inout PayoutPurse
    ) async throws(StoreError) -> Progress {
        let drawn: Result<(PSBT, UnsignedTransaction), NodeError> = await outcome { () async throws(NodeError) in
            let psbt = try await wallet.psbt(of: draft)
            return (psbt, try await wallet.decode(psbt))
        }
        switch drawn {
        case .failure(let error):
            return try await leaveOut(whoeverIsRefusedIn: draft, outputs, row, PayoutWait(error), because: "\(error)")
        case .success((let psbt, let transaction)):
            guard let fee = draft.fee, fee <= settings.feePolicy.feeMax, draft.isCarriedOut(by: transaction) else {
                surroundings.log.error("the wallet drew up another transaction than drafted", ["payout": row.id])
                return try await leave(row, to: .refused, because: "the wallet drew up another transaction")
            }
            purse.remove(Set(draft.coins.map(\.reference)))
            let handover = Handover(psbt: psbt, fee: fee, height: purse.conditions.height)
            guard try await store.handOver(handover, of: draft, for: row.id, nowMs: nowMs) else { return .ended }
            surroundings.log.info("payout waits to be signed", ["payout": row.id, "fee": fee.units])
            _ = await outcome { () async throws(NodeError) in try await wallet.lock(draft.coins.map(\.reference)) }
            return .waits(.signature)
        }
    }
}
