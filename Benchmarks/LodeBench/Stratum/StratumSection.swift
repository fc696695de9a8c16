import EventLoop
import JSON
import System

/// Stratum miners against the whole pool: `lode all` as a process of its own, with its own database.
///
/// The miners and the node are in this process. Every share is truly one, and at the end the ledger must hold exactly those
/// that were accepted.
struct StratumSection: BenchSection {
    let name = "stratum"
    let about = "shares over Stratum through the whole pool, memory of connections, and how soon new blocks are told"

    static let transactionCount = 2_500
    private static let idleCounts = (plain: 10_000, encrypted: 1_000)
    /// For the pool to take up the first full template.
    private static let fullTime: Duration = .seconds(2)
    static let noticeCounts = [1_000, 5_000]
    static let noticeRepeatCount = 5
    static let noticeTime: Duration = .seconds(10)
    /// Between blocks, so that nothing of one disturbs the next.
    static let noticePause: Duration = .milliseconds(500)

    func run() async throws -> JSON {
        let chain = BenchChain(transactionCount: Self.transactionCount)
        return try await BenchPool.run(on: chain) { try await measure($0, chain, $1) }
    }

    private func measure(_ pool: BenchPool, _ chain: BenchChain, _ load: StratumLoad) async throws -> JSON {
        let plain = LoadDesk.Door(port: pool.port, tls: nil)
        let encrypted = LoadDesk.Door(port: pool.encryptedPort, tls: try .unverified())
        var results = JSONObject()
        // Before anything has made the process large, such as a large template: connections would use its memory again.
        results["connections"] = [
            "plain": try await memory(pool, load, plain, Self.idleCounts.plain),
            "tls": try await memory(pool, load, encrypted, Self.idleCounts.encrypted),
        ]
        _ = chain.advance(isFull: true)
        try await Task.sleep(for: Self.fullTime)
        var (shares, all) = (JSONObject(), LoadCounts())
        for item in StratumCase.all {
            let (fields, counts) = try await outcome(of: item, pool, load, plain)
            shares[item.name] = fields
            all = all + counts
        }
        results["shares"] = .object(shares)
        results["new_block"] = try await notices(chain, load, plain)
        results["ledger"] = try await ledger(pool, all)
        results["blocks_submitted"] = JSON(chain.submittedBlockCount)
        return .object(results)
    }

    func progress(_ text: String) {
        StandardStream.error.write("  \(text)\n")
    }
}
