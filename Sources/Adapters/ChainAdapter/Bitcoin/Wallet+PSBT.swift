package import BlockFormat
import Hashing
import JSON
package import MiningDomain

extension Wallet {
    /// A transaction for somebody else to sign, with all that the wallet knows of the coins that it spends.
    ///
    /// Nothing is locked or sent, and no key is used.
    package func createPSBT(
        spending coins: [CoinReference],
        paying outputs: [(address: Address, amount: Amount)]
    ) async throws(NodeError) -> PSBT {
        let bare = try await call("createpsbt", [Self.json(coins), try Self.json(outputs), 0, true])
        let filled = try await call("walletprocesspsbt", [bare, false, "ALL", true])
        return try Self.psbt(filled["psbt"], of: "walletprocesspsbt")
    }

    /// What a PSBT is about.
    ///
    /// - Throws: `.refused` for what is none.
    package func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction {
        let answer = try await call("decodepsbt", [.string(psbt.text)])
        guard let transaction = answer["tx"], let parts = answer["inputs"]?.array,
            let identifier = transaction["txid"]?.string.flatMap(Hash256.init(displayHex:))
        else { throw .malformed("decodepsbt without tx, txid or inputs") }
        return UnsignedTransaction(
            identifier: identifier,
            inputs: try Self.inputs(transaction),
            outputs: try Self.outputs(transaction),
            finalInputCount: parts.count { $0["final_scriptwitness"] != nil || $0["final_scriptSig"] != nil }
        )
    }

    /// What several people have added to one transaction, in one.
    ///
    /// - Throws: `.refused` when they are not of the same transaction.
    package func combine(_ psbts: [PSBT]) async throws(NodeError) -> PSBT {
        try Self.psbt(try await call("combinepsbt", [.array(psbts.map { .string($0.text) })]), of: "combinepsbt")
    }

    /// - Returns: The transaction, once every input has its signatures; whether they are valid only `refusal(of:)` says.
    package func finalize(_ psbt: PSBT) async throws(NodeError) -> SignedTransaction? {
        let answer = try await call("finalizepsbt", [.string(psbt.text)])
        guard answer["complete"]?.bool == true else { return nil }
        return try await decode(try bytes(answer["hex"], of: "finalizepsbt"))
    }

    private static func psbt(_ json: JSON?, of method: String) throws(NodeError) -> PSBT {
        guard let text = json?.string, let psbt = PSBT(file: Array(text.utf8)) else {
            throw .malformed("\(method) gave no PSBT, or one of more than \(PSBT.textByteCountMax) bytes")
        }
        return psbt
    }
}
