import JSON
import PostgresClient
import TestSupport

/// What each account of a pool received, as the chain's own transactions say.
///
/// It remembers how far it has walked, and begins again when the chain is another one there.
actor ChainWalk {
    private var end: (height: UInt32, hash: JSON)?
    private var payments: [(payee: String, units: Int64)] = []

    /// Of all accounts of a pool.
    func amounts(on pool: FaultyPool) async throws -> [String: [Int64]] {
        let rows = try await pool.database.execute("SELECT address FROM accounts")
        return try await amounts(on: pool.node, among: Set(try rows.map { row in try row.text(0) }))
    }

    /// One amount a payment, smallest first.
    func amounts(on node: RegtestNode, among accounts: Set<String>) async throws -> [String: [Int64]] {
        // The peer was never killed; once they agree it tells the truth about both.
        try await node.synchronise()
        let peer = node.peer
        if let end, try await peer.rpc("getblockhash", [JSON(end.height)]) != end.hash {
            self.end = nil
            payments = []
        }
        let tip = try await peer.height()
        for height in (end?.height ?? 0) + 1..<tip + 1 {
            let hash = try await peer.rpc("getblockhash", [JSON(height)])
            note(try await peer.rpc("getblock", [hash, 2]))
            end = (height, hash)
        }
        return Dictionary(grouping: payments.filter { accounts.contains($0.payee) }, by: \.payee)
            .mapValues { $0.map(\.units).sorted() }
    }

    private func note(_ block: JSON) {
        for transaction in block["tx"]?.array ?? [] {
            for output in transaction["vout"]?.array ?? [] {
                guard let payee = output["scriptPubKey"]?["addresses"]?.array?.first?.string,
                    let units = output["value"]?.number?.decimalUnits(places: 8)
                else { continue }
                payments.append((payee, Int64(units)))
            }
        }
    }
}
