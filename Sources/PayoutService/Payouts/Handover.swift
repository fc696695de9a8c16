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
