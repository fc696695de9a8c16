package import BlockFormat
import JSON
import MiningDomain

extension Wallet {
    /// A fresh address of this wallet, of the segwit kind.
    package func newAddress(label: String = "") async throws(NodeError) -> Address {
        guard let text = try await call("getnewaddress", [.string(label), "bech32"]).string,
            let address = Address(text, on: network)
        else { throw .malformed("getnewaddress gave no address of \(network)") }
        return address
    }

    /// The addresses that were made under a label, in the order of their texts; none when nobody made any.
    package func addresses(label: String) async throws(NodeError) -> [Address] {
        do {
            let texts = try await call("getaddressesbylabel", [.string(label)]).object?.keys ?? []
            return texts.sorted().compactMap { Address($0, on: network) }
        } catch .refused(RPCCode.noSuchLabel, _) {
            return []
        }
    }

    /// Whether this wallet can spend what is sent to the address, or, when it only watches, whoever has its keys.
    package func owns(_ address: Address) async throws(NodeError) -> Bool {
        let answer = try await call("getaddressinfo", [.string(address.text)])
        guard let isMine = answer["ismine"]?.bool else { throw .malformed("getaddressinfo without ismine") }
        // One that only watches must know enough of the address to say what a signature of it needs.
        return isMine || (isWatchOnly && answer["iswatchonly"]?.bool == true && answer["solvable"]?.bool == true)
    }

    package func balance() async throws(NodeError) -> WalletBalance {
        let mine = try await call("getbalances")[isWatchOnly ? "watchonly" : "mine"]
        guard let spendable = CoinAmount.amount(mine?["trusted"]),
            let pending = CoinAmount.amount(mine?["untrusted_pending"]),
            let immature = CoinAmount.amount(mine?["immature"])
        else { throw .malformed("getbalances without the amounts of the wallet itself") }
        return WalletBalance(spendable: spendable, pending: pending, immature: immature)
    }
}
