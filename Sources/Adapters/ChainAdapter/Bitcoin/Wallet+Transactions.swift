package import BlockFormat
package import Hashing
import JSON
package import MiningDomain

extension Wallet {
    /// A transaction without signatures that spends just these coins and pays each address its amount, written exactly; it
    /// may be replaced later by one with a higher fee (BIP 125).
    ///
    /// - Throws: `.refused` with `RPCCode.notFound` when the node takes one for no address.
    package func createTransaction(
        spending coins: [CoinReference],
        paying outputs: [(address: Address, amount: Amount)]
    ) async throws(NodeError) -> [UInt8] {
        let parameters: [JSON] = [Self.json(coins), try Self.json(outputs), 0, true]
        return try bytes(try await call("createrawtransaction", parameters), of: "createrawtransaction")
    }

    static func json(_ outputs: [(address: Address, amount: Amount)]) throws(NodeError) -> JSON {
        var list: [JSON] = []
        for (address, amount) in outputs {
            var output = JSONObject()
            output[address.text] = try CoinAmount.json(amount)
            list.append(.object(output))
        }
        return .array(list)
    }

    /// Signs every input.
    ///
    /// - Throws: `.refused` when one cannot be signed: the wallet lacks its key, or is locked.
    package func sign(_ transaction: [UInt8]) async throws(NodeError) -> SignedTransaction {
        let answer = try await call("signrawtransactionwithwallet", [.string(Hex.string(transaction))])
        guard answer["complete"]?.bool == true else {
            let reason = answer["errors"]?.array?.first?["error"]?.string ?? "an input has no key here"
            throw .refused(code: RPCCode.walletError, message: "the transaction cannot be signed: \(reason)")
        }
        return try await decode(try bytes(answer["hex"], of: "signrawtransactionwithwallet"))
    }

    /// What a transaction does, as the node reads it.
    package func decode(_ transaction: [UInt8]) async throws(NodeError) -> SignedTransaction {
        let answer = try await call("decoderawtransaction", [.string(Hex.string(transaction))])
        guard let identifier = answer["txid"]?.string.flatMap(Hash256.init(displayHex:)),
            let virtualSize = answer["vsize"]?.uint32
        else { throw .malformed("decoderawtransaction without txid or vsize") }
        return SignedTransaction(
            bytes: transaction,
            identifier: identifier,
            virtualSize: virtualSize,
            inputs: try Self.inputs(answer),
            outputs: try Self.outputs(answer),
            unlockings: try Self.unlockings(answer)
        )
    }

    private static func unlockings(_ decoded: JSON) throws(NodeError) -> [InputUnlocking] {
        var unlockings: [InputUnlocking] = []
        for item in decoded["vin"]?.array ?? [] where item["ismweb"]?.bool != true {
            let items = item["txinwitness"]?.array ?? []
            let witness = items.compactMap { $0.string.flatMap(Hex.bytes) }
            guard let script = item["scriptSig"]?["hex"]?.string.flatMap(Hex.bytes), witness.count == items.count else {
                throw .malformed("a transaction with an input without scriptSig, or with a witness that is not hex")
            }
            unlockings.append(InputUnlocking(scriptSignature: script, witness: witness))
        }
        return unlockings
    }

    static func inputs(_ decoded: JSON) throws(NodeError) -> [CoinReference] {
        var inputs: [CoinReference] = []
        for item in decoded["vin"]?.array ?? [] where item["ismweb"]?.bool != true {
            guard let spent = item["txid"]?.string.flatMap(Hash256.init(displayHex:)),
                let output = item["vout"]?.uint32
            else { throw .malformed("a transaction with an input without txid or vout") }
            inputs.append(CoinReference(transaction: spent, output: output))
        }
        return inputs
    }

    static func outputs(_ decoded: JSON) throws(NodeError) -> [TransactionOutput] {
        guard let items = decoded["vout"]?.array else { throw .malformed("a transaction without vout") }
        var outputs: [TransactionOutput] = []
        for item in items {
            guard let amount = CoinAmount.amount(item["value"]),
                let script = item["scriptPubKey"]?["hex"]?.string.flatMap(Hex.bytes)
            else { throw .malformed("a transaction with an output without value or script") }
            outputs.append(TransactionOutput(amount: amount, scriptPublicKey: script))
        }
        return outputs
    }

    /// The node's own limit of 0.1 coin for 1,000 bytes is off: what a payout may cost is decided before it is signed.
    private static let anyFeeRate: JSON = 0

    /// Why the node would not take a transaction into its memory pool; `nil` when it would.
    package func refusal(of transaction: [UInt8]) async throws(NodeError) -> TransactionRefusal? {
        let parameters: [JSON] = [[.string(Hex.string(transaction))], Self.anyFeeRate]
        let answer = try await call("testmempoolaccept", parameters)
        guard let first = answer.array?.first, let isAllowed = first["allowed"]?.bool else {
            throw .malformed("testmempoolaccept without allowed")
        }
        return isAllowed ? nil : TransactionRefusal(words: first["reject-reason"]?.string ?? "it does not say why")
    }

    /// What the node has against the outputs of a transaction, which need not be signed; `nil` when nothing.
    package func objection(toOutputsOf transaction: [UInt8]) async throws(NodeError) -> String? {
        guard let refusal = try await refusal(of: transaction), refusal.cause == .outputs else { return nil }
        return refusal.words
    }

    /// Broadcasts a transaction; one that the chain has already is fine.
    ///
    /// After `.noAnswer` it may be on its way: send the very same bytes again, or ask `transaction`.
    package func send(_ transaction: [UInt8]) async throws(NodeError) {
        do {
            _ = try await call("sendrawtransaction", [.string(Hex.string(transaction)), Self.anyFeeRate])
        } catch .refused(RPCCode.alreadyInChain, _) {
            return
        }
    }

    /// One of the wallet's own; `nil` when the wallet has never seen it.
    package func transaction(_ identifier: Hash256) async throws(NodeError) -> WalletTransaction? {
        let answer: JSON
        do {
            answer = try await call("gettransaction", [.string(identifier.displayHex)])
        } catch .refused(RPCCode.notFound, _) {
            return nil
        }
        guard let confirmations = answer["confirmations"]?.int64 else {
            throw .malformed("gettransaction without confirmations")
        }
        return WalletTransaction(
            confirmations: confirmations,
            blockHash: answer["blockhash"]?.string.flatMap(Hash256.init(displayHex:)),
            fee: CoinAmount.magnitude(answer["fee"]),
            bytes: try bytes(answer["hex"], of: "gettransaction"),
            conflicts: (answer["walletconflicts"]?.array ?? []).compactMap {
                $0.string.flatMap(Hash256.init(displayHex:))
            }
        )
    }

    /// One that the node knows, of whomever; `nil` when it does not, or keeps no index of the chain's transactions.
    package func knownTransaction(_ identifier: Hash256) async throws(NodeError) -> KnownTransaction? {
        let answer: JSON
        do {
            answer = try await call("getrawtransaction", [.string(identifier.displayHex), true])
        } catch .refused(RPCCode.notFound, _) {
            return nil
        }
        return KnownTransaction(confirmations: answer["confirmations"]?.uint32 ?? 0)
    }

    func bytes(_ json: JSON?, of method: String) throws(NodeError) -> [UInt8] {
        guard let bytes = json?.string.flatMap(Hex.bytes), !bytes.isEmpty,
            bytes.count <= Self.transactionByteCountMax
        else { throw .malformed("\(method) without a transaction's hex") }
        return bytes
    }
}
