import EventLoop
import JSON
import System

extension BenchPool {
    /// Measures with a node, a pool on it and miners for it, which all end with `measure`.
    static func run(
        on chain: BenchChain,
        with settings: [String: String] = [:],
        _ measure: (BenchPool, StratumLoad) async throws -> JSON
    ) async throws -> JSON {
        OpenFileLimit.raise()
        let node = try BenchNode(chain)
        let load = try StratumLoad()
        let outcome: Result<JSON, any Error>
        do {
            let pool = try await BenchPool(node: node.url, with: settings)
            do {
                outcome = .success(try await measure(pool, load))
            } catch {
                outcome = .failure(error)
            }
            try await pool.stop()
        } catch {
            await load.stop()
            await node.stop()
            throw error
        }
        await load.stop()
        await node.stop()
        return try outcome.get()
    }
}
