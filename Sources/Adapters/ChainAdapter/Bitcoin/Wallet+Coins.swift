import Hashing
import JSON

extension Wallet {
    /// The most coins that one call lists; the wallet chooses which, when it has more.
    package static let coinCountMax = 10_000

    /// Coins that can be spent now, at least `depth` blocks deep and not locked.
    package func coins(depth: UInt32) async throws(NodeError) -> [WalletCoin] {
        let options: JSON = ["maximumCount": JSON(Self.coinCountMax)]
        let answer = try await call("listunspent", [JSON(depth), 9_999_999, [], false, options])
        guard let items = answer.array else { throw .malformed("listunspent gave no list") }
        var coins: [WalletCoin] = []
        for item in items where isUsable(item) {
            // Coins inside an extension block have neither place nor script: payouts are made from the others.
            guard let output = item["vout"]?.uint32, let script = item["scriptPubKey"]?.string.flatMap(Hex.bytes) else {
                continue
            }
            guard let transaction = item["txid"]?.string.flatMap(Hash256.init(displayHex:)),
                let amount = CoinAmount.amount(item["amount"])
            else { throw .malformed("listunspent with a coin that lacks something") }
            coins.append(
                WalletCoin(
                    reference: CoinReference(transaction: transaction, output: output),
                    amount: amount,
                    scriptPublicKey: script
                )
            )
        }
        return coins
    }

    /// Those of a wallet that only watches are nobody's to spend here; that it could say how is enough.
    private func isUsable(_ coin: JSON) -> Bool {
        isWatchOnly
            ? coin["solvable"]?.bool == true : coin["spendable"]?.bool == true && coin["solvable"]?.bool != false
    }

    /// Keeps coins from being taken by anybody else who uses the wallet, until they are spent, freed, or the node restarts.
    package func lock(_ coins: [CoinReference]) async throws(NodeError) {
        _ = try await call("lockunspent", [false, Self.json(coins)])
    }

    /// Frees coins that are locked.
    package func unlock(_ coins: [CoinReference]) async throws(NodeError) {
        _ = try await call("lockunspent", [true, Self.json(coins)])
    }

    package func lockedCoins() async throws(NodeError) -> [CoinReference] {
        guard let items = try await call("listlockunspent").array else {
            throw .malformed("listlockunspent gave no list")
        }
        var coins: [CoinReference] = []
        for item in items {
            guard let transaction = item["txid"]?.string.flatMap(Hash256.init(displayHex:)),
                let output = item["vout"]?.uint32
            else { throw .malformed("listlockunspent with a coin without txid or vout") }
            coins.append(CoinReference(transaction: transaction, output: output))
        }
        return coins
    }

    static func json(_ coins: [CoinReference]) -> JSON {
        .array(coins.map { ["txid": .string($0.transaction.displayHex), "vout": JSON($0.output)] })
    }
}
