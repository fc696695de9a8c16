package import BlockFormat
package import Hashing
import JSON
package import MiningDomain

extension Wallet {
    /// A transaction that pays each address its amount, without inputs; amounts are written exactly.
    package func createTransaction(
        paying outputs: [(address: Address, amount: Amount)]
    ) async throws(NodeError) -> [UInt8] {
        var list: [JSON] = []
        for (address, amount) in outputs {
            var output = JSONObject()
            output[address.text] = try CoinAmount.json(amount)
            list.append(.object(output))
        }
        return try bytes(try await call("createrawtransaction", [[], .array(list)]), of: "createrawtransaction")
    }

    /// Adds inputs for what the outputs need and an output for the change; the wallet pays the fee on top.
    ///
    /// The coins taken are locked in the node until they are spent, it restarts, or `unlock` is called.
    /// With `confirmationTarget`, in blocks, the node estimates the fee rate; without, it takes its own default.
    package func fund(
        _ transaction: [UInt8],
        confirmationTarget: UInt32? = nil
    ) async throws(NodeError) -> FundedTransaction {
        var options: JSONObject = JSONObject()
        options["lockUnspents"] = true
        options["change_type"] = "bech32"
        if let confirmationTarget { options["conf_target"] = JSON(confirmationTarget) }
        let answer = try await call("fundrawtransaction", [.string(Hex.string(transaction)), .object(options)])
        guard let fee = CoinAmount.amount(answer["fee"]), let position = answer["changepos"]?.int64 else {
            throw .malformed("fundrawtransaction without fee or changepos")
        }
        return FundedTransaction(
            bytes: try bytes(answer["hex"], of: "fundrawtransaction"),
            fee: fee,
            changePosition: position >= 0 ? Int(position) : nil
        )
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
            let virtualSize = answer["vsize"]?.uint32, let items = answer["vout"]?.array
        else { throw .malformed("decoderawtransaction without txid, vsize or vout") }
        var inputs: [CoinReference] = []
        for item in answer["vin"]?.array ?? [] {
            guard let spent = item["txid"]?.string.flatMap(Hash256.init(displayHex:)),
                let output = item["vout"]?.uint32
            else { throw .malformed("decoderawtransaction with an input without txid or vout") }
            inputs.append(CoinReference(transaction: spent, output: output))
        }
        var outputs: [TransactionOutput] = []
        for item in items {
            guard let amount = CoinAmount.amount(item["value"]),
                let script = item["scriptPubKey"]?["hex"]?.string.flatMap(Hex.bytes)
            else { throw .malformed("decoderawtransaction with an output without value or script") }
            outputs.append(TransactionOutput(amount: amount, scriptPublicKey: script))
        }
        return SignedTransaction(
            bytes: transaction,
            identifier: identifier,
            virtualSize: virtualSize,
            inputs: inputs,
            outputs: outputs
        )
    }

    /// Broadcasts a transaction; one that the chain has already is fine.
    ///
    /// After `.noAnswer` it may be on its way: send the very same bytes again, or ask `transaction`.
    package func send(_ transaction: [UInt8]) async throws(NodeError) {
        do {
            _ = try await call("sendrawtransaction", [.string(Hex.string(transaction))])
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
            identifier: identifier,
            confirmations: confirmations,
            blockHash: answer["blockhash"]?.string.flatMap(Hash256.init(displayHex:)),
            fee: CoinAmount.magnitude(answer["fee"]),
            bytes: try bytes(answer["hex"], of: "gettransaction"),
            conflicts: (answer["walletconflicts"]?.array ?? []).compactMap {
                $0.string.flatMap(Hash256.init(displayHex:))
            },
            isAbandoned: answer["details"]?.array?.contains { $0["abandoned"]?.bool == true } ?? false
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
        return KnownTransaction(
            identifier: identifier,
            confirmations: answer["confirmations"]?.uint32 ?? 0,
            blockHash: answer["blockhash"]?.string.flatMap(Hash256.init(displayHex:)),
            bytes: try bytes(answer["hex"], of: "getrawtransaction")
        )
    }

    /// Frees coins that `fund` locked, for a transaction that will never be sent.
    package func unlock(_ coins: [CoinReference]) async throws(NodeError) {
        try await setLock(false, coins)
    }

    /// Keeps coins from being taken by another payout, such as after a restart of the node, which forgets its locks.
    package func lock(_ coins: [CoinReference]) async throws(NodeError) {
        try await setLock(true, coins)
    }

    /// Frees every coin: after a crash between `fund` and the storing of what came of it, nobody knows which to free.
    package func unlockAll() async throws(NodeError) {
        _ = try await call("lockunspent", [true])
    }

    private func setLock(_ isLocked: Bool, _ coins: [CoinReference]) async throws(NodeError) {
        let list: [JSON] = coins.map { ["txid": .string($0.transaction.displayHex), "vout": JSON($0.output)] }
        _ = try await call("lockunspent", [JSON(!isLocked), .array(list)])
    }

    private func bytes(_ json: JSON?, of method: String) throws(NodeError) -> [UInt8] {
        guard let bytes = json?.string.flatMap(Hex.bytes), !bytes.isEmpty,
            bytes.count <= Self.transactionByteCountMax
        else { throw .malformed("\(method) without a transaction's hex") }
        return bytes
    }
}
