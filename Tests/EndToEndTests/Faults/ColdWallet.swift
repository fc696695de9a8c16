import JSON
import TestSupport

/// Two wallets of one pool: one that has the keys, and signs, and one that only watches, which the pool has.
enum ColdWallet {
    static let name = "cold"
    static let watchingName = "watching"

    /// Addresses that both know: for rewards, for change, and for the first coins.
    private static let addressCount = 6

    /// Both are there again when the node is restarted, and the pool's one has coins once they are mature.
    static func make(on node: RegtestNode) async throws {
        let main = node.main
        // The last word: load it again when the node is restarted.
        try await main.rpc("createwallet", [.string(name), false, false, "", false, nil, true])
        try await main.rpc("createwallet", [.string(watchingName), true, true, "", false, nil, true])
        var requests: [JSON] = []
        for _ in 0..<addressCount {
            let address = try await main.rpc("getnewaddress", ["", "bech32"], wallet: name)
            let known = try await main.rpc("getaddressinfo", [address], wallet: name)
            requests.append(
                ["desc": known["desc"] ?? .null, "timestamp": "now", "keypool": true, "watchonly": true]
            )
        }
        try await main.rpc("importmulti", [.array(requests)], wallet: watchingName)
        let first = try await main.rpc("getnewaddress", ["", "bech32"], wallet: watchingName)
        try await node.generate(2, to: first.string)
    }

    /// A PSBT with every signature.
    static func sign(_ psbt: JSON, on node: RegtestNode) async throws -> [UInt8] {
        let signed = try await node.main.rpc("walletprocesspsbt", [psbt], wallet: name)
        return Array((signed["psbt"]?.string ?? "").utf8)
    }
}
