package import BlockFormat
package import Hashing
import JSON
import MiningDomain

extension Wallet {
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

    /// How deep each of the wallet's transactions is that stands in the best chain's last `depth` blocks.
    package func buried(within depth: UInt32) async throws(NodeError) -> [Hash256: UInt32] {
        let height = try await height()
        let block = try await call("getblockhash", [JSON(height - min(height, depth))])
        let answer = try await call("listsinceblock", [block, 1, JSON(isWatchOnly), false])
        guard let items = answer["transactions"]?.array else {
            throw .malformed("listsinceblock without transactions")
        }
        var depths: [Hash256: UInt32] = [:]
        for item in items {
            // What waits, or was overtaken, is listed as well; what is inside an extension block may have no name.
            guard let confirmations = item["confirmations"]?.int64, confirmations > 0,
                let identifier = item["txid"]?.string.flatMap(Hash256.init(displayHex:))
            else { continue }
            depths[identifier] = UInt32(clamping: confirmations)
        }
        return depths
    }
}
