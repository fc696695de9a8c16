import BlockFormat
import ChainAdapter
import Hashing
import MiningDomain
import PayoutService

/// What a PSBT says, and the signatures on it: to the pool, its text is all there is.
struct SimulatedPaper: Sendable {
    /// Of the transaction without signatures.
    let identifier: Hash256
    let inputs: [CoinReference]
    let outputs: [TransactionOutput]
    let fee: Amount
    /// How many inputs are signed.
    var signedCount = 0

    var isWhole: Bool { signedCount == inputs.count }

    /// As DER has them, over all of the transaction.
    var unlockings: [InputUnlocking] {
        inputs.map { _ in InputUnlocking(scriptSignature: [], witness: [[0x30, 6, 2, 1, 1, 2, 1, 1, 1], [2]]) }
    }
}

extension SimulatedPurse {
    func drawUp(_ draft: PayoutDraft) -> PSBT? {
        put(
            SimulatedPaper(
                identifier: chance.hash(),
                inputs: draft.coins.map(\.reference),
                outputs: Self.outputs(of: draft),
                fee: draft.fee ?? .zero
            )
        )
    }

    /// How somebody with the keys signs.
    enum Manner: CaseIterable {
        case whole
        /// All coins but one.
        case partly
        /// Another transaction, of the same coins, for another payee.
        case anotherOne
    }

    /// - Returns: Another PSBT, each time, and the transaction that can be sent, if it is whole.
    func sign(_ psbt: PSBT, _ manner: Manner) -> (PSBT, SimulatedTransaction?)? {
        guard let paper = read({ $0.papers[psbt] }) else { return nil }
        let isHonest = manner != .anotherOne
        let outputs =
            isHonest
            ? paper.outputs : paper.outputs.map { TransactionOutput(amount: $0.amount, scriptPublicKey: [0x53]) }
        let signed = SimulatedPaper(
            identifier: isHonest ? paper.identifier : chance.hash(),
            inputs: paper.inputs,
            outputs: outputs,
            fee: paper.fee,
            signedCount: paper.inputs.count - (manner == .partly ? 1 : 0)
        )
        return put(signed).map { ($0, transaction(of: $0)) }
    }

    /// What is made of a PSBT that is signed whole.
    func transaction(of psbt: PSBT) -> SimulatedTransaction? {
        guard let paper = read({ $0.papers[psbt] }), paper.isWhole else { return nil }
        let bytes = Array(psbt.text.utf8)
        return SimulatedTransaction(
            identifier: hasOldCoins ? Hash256.sha256d(of: bytes) : paper.identifier,
            bytes: bytes,
            inputs: paper.inputs,
            outputs: paper.outputs,
            fee: paper.fee,
            isForeign: false
        )
    }

    private func put(_ paper: SimulatedPaper) -> PSBT? {
        guard let psbt = PSBT(file: Array("psbt".utf8) + [0xff] + chance.hash().bytes) else { return nil }
        change { $0.papers[psbt] = paper }
        return psbt
    }
}
