package import ChainAdapter
package import MiningDomain

/// A payout that waits for whoever has the keys: the transaction that they are asked to sign.
///
/// Its inputs and outputs never change, so that whatever number of signatures come back, one transaction at most is mined.
package struct Handover: Hashable, Sendable {
    package let psbt: PSBT
    package let fee: Amount
    /// The chain's height when it was drawn up.
    package let height: UInt32
    /// When it was first handed out; `nil` before: then nobody can have signed it.
    package let exportedAtMs: Int64?

    package init(psbt: PSBT, fee: Amount, height: UInt32, exportedAtMs: Int64? = nil) {
        self.psbt = psbt
        self.fee = fee
        self.height = height
        self.exportedAtMs = exportedAtMs
    }
}

/// A store for a wallet that signs by itself keeps none.
extension PayoutStore {
    package func handOver(
        _ handover: Handover,
        of draft: PayoutDraft,
        for id: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Bool {
        throw .refused("no payouts are handed over here")
    }

    package func handover(of id: Int64) async throws(StoreError) -> Handover? { nil }

    package func markExported(_ id: Int64, nowMs: Int64) async throws(StoreError) {
        throw .refused("no payouts are handed over here")
    }

    package func adopt(_ version: PayoutVersion, of id: Int64, nowMs: Int64) async throws(StoreError) -> Bool {
        throw .refused("no payouts are handed over here")
    }
}

/// A wallet that signs by itself needs none of it.
extension PayoutWallet {
    package func psbt(of draft: PayoutDraft) async throws(NodeError) -> PSBT {
        throw .refused(code: 0, message: "this wallet signs by itself")
    }

    package func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction {
        throw .refused(code: 0, message: "this wallet signs by itself")
    }

    package func complete(_ psbt: PSBT, with signed: PSBT) async throws(NodeError) -> SignedTransaction? {
        throw .refused(code: 0, message: "this wallet signs by itself")
    }
}
