import BlockFormat
import ChainAdapter
import PayoutService

/// What is drawn up for somebody else, who never signs it.
extension ScriptedWallet {
    func psbt(of draft: PayoutDraft) async throws(NodeError) -> PSBT {
        let outputs = draft.allOutputs
        let transaction = Self.bytes(
            spending: draft.coins.map(\.reference),
            paying: outputs.map { TransactionOutput(amount: $0.amount, scriptPublicKey: $0.address.scriptPublicKey) },
            number: 0
        )
        // BIP 174: one entry, the transaction, whose length is of two bytes; then an empty map for every input and output.
        let length = [0xfd, UInt8(transaction.count & 255), UInt8(transaction.count >> 8)]
        let maps = [UInt8](repeating: 0, count: draft.coins.count + outputs.count)
        guard let psbt = PSBT(file: Array("psbt".utf8) + [0xff, 1, 0] + length + transaction + [0] + maps) else {
            throw .malformed("a PSBT of our own")
        }
        return psbt
    }

    func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction {
        guard let read = psbt.transaction else { throw .refused(code: -22, message: "TX decode failed") }
        return UnsignedTransaction(
            identifier: read.identifier,
            inputs: read.inputs.map { CoinReference(transaction: $0.transaction, output: $0.output) },
            outputs: read.outputs.map { TransactionOutput(amount: $0.amount, scriptPublicKey: $0.scriptPublicKey) }
        )
    }

    func complete(_ psbt: PSBT, with signed: PSBT) async throws(NodeError) -> SignedTransaction? {
        throw .refused(code: 0, message: "nobody signs here")
    }
}
