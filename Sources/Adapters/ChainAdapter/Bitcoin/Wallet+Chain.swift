package import BlockFormat
package import Hashing
import JSON
import MiningDomain

extension Wallet {
    /// The most of the wallet's own transactions that are looked through for one that spends a coin.
    package static let searchCountMax = 2_000

    /// The height of the best chain's end.
    package func height() async throws(NodeError) -> UInt32 {
        guard let height = try await call("getblockcount").uint32 else {
            throw .malformed("getblockcount gave no height")
        }
        return height
    }

    /// What a transaction must pay now, to be mined within `target` blocks.
    package func fees(target: UInt32) async throws(NodeError) -> FeeAnswer {
        let estimate = try await call("estimatesmartfee", [JSON(target)])["feerate"]
        let pool = try await call("getmempoolinfo")
        let network = try await call("getnetworkinfo")
        guard let minimum = CoinAmount.amount(pool["mempoolminfee"]),
            let relay = CoinAmount.amount(network["relayfee"]),
            let increment = CoinAmount.amount(network["incrementalfee"])
        else { throw .malformed("getmempoolinfo or getnetworkinfo without their fees") }
        return FeeAnswer(
            estimate: CoinAmount.amount(estimate)?.units,
            minimum: max(minimum, relay).units,
            increment: increment.units
        )
    }

    /// Whether the node takes it for an address that can be paid.
    package func isPayable(_ address: Address) async throws(NodeError) -> Bool {
        guard let isValid = try await call("validateaddress", [.string(address.text)])["isvalid"]?.bool else {
            throw .malformed("validateaddress without isvalid")
        }
        return isValid
    }

    /// The wallet's transactions that spend any of `coins`, of those since the block at `height` and those that the wallet
    /// says are in conflict with `transactions`.
    package func spenders(
        of coins: [CoinReference],
        against transactions: [Hash256],
        since height: UInt32
    ) async throws(NodeError) -> [CoinSpender] {
        var candidates = Set(transactions)
        for transaction in transactions {
            candidates.formUnion(try await self.transaction(transaction)?.conflicts ?? [])
        }
        let block = try await call("getblockhash", [JSON(height)])
        for item in try await call("listsinceblock", [block, 1, JSON(isWatchOnly), false])["transactions"]?.array ?? []
        where item["category"]?.string == "send" {
            if let identifier = item["txid"]?.string.flatMap(Hash256.init(displayHex:)) {
                candidates.insert(identifier)
            }
        }
        guard candidates.count <= Self.searchCountMax else {
            throw .malformed("\(candidates.count) transactions to look through")
        }
        let wanted = Set(coins)
        var spenders: [CoinSpender] = []
        for identifier in candidates.sorted(by: { $0.displayHex < $1.displayHex }) {
            guard let spender = try await spender(identifier), !wanted.isDisjoint(with: spender.inputs) else {
                continue
            }
            spenders.append(spender)
        }
        return spenders
    }

    private func spender(_ identifier: Hash256) async throws(NodeError) -> CoinSpender? {
        let answer: JSON
        do {
            answer = try await call("gettransaction", [.string(identifier.displayHex), false, true])
        } catch .refused(RPCCode.notFound, _) {
            return nil
        }
        guard let confirmations = answer["confirmations"]?.int64, let decoded = answer["decoded"],
            let virtualSize = decoded["vsize"]?.uint32
        else { throw .malformed("gettransaction without confirmations, decoded or vsize") }
        return CoinSpender(
            transaction: identifier,
            confirmations: confirmations,
            inputs: try Self.inputs(decoded),
            outputs: try Self.outputs(decoded),
            bytes: try bytes(answer["hex"], of: "gettransaction"),
            virtualSize: virtualSize
        )
    }
}
