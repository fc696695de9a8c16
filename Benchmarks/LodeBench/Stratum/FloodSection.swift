import EventLoop
import JSON
import System

/// What honest Stratum miners notice of a flood: `lode all` with its usual limits, behind a load balancer that this process plays.
///
/// The strangers' own work is on the same processors, and in the miners' figures.
struct FloodSection: BenchSection {
    let name = "flood"
    let about = "answers to 50 Stratum miners, by themselves and beside 5,000 strangers who do not leave off"

    private static let strangerCount = 5_000
    /// With a hundred turns a tick, ten thousand a second.
    private static let tick: Duration = .milliseconds(10)
    private static let miners = StratumCase(name: "50_miners", connectionCount: 50, load: .perSecond(500))
    private static let settings = [
        "STRATUM_CONNECTIONS_PER_ADDRESS_MAX": "100", "STRATUM_LINES_PER_SECOND_MAX": "200",
        "STRATUM_BAN_INVALID_PERCENT": "30", "STRATUM_TRUSTED_PROXIES": "[127.0.0.1]",
    ]

    func run() async throws -> JSON {
        let chain = BenchChain(transactionCount: 0)
        return try await BenchPool.run(on: chain, with: Self.settings) { try await measure($0, $1) }
    }

    private func measure(_ pool: BenchPool, _ load: StratumLoad) async throws -> JSON {
        let door = LoadDesk.Door(port: pool.port, tls: nil, header: FloodDesk.header("192.0.2.1"))
        // The first one warms up.
        _ = try await Self.miners.run(load, door) { pool.cpu }
        let quiet = try await Self.miners.run(load, door) { pool.cpu }
        let quietTime = Percentiles(quiet.measured.answerTimes).nearlyWorst ?? 0
        var results = JSONObject()
        results["quiet"] = quiet.json
        for nuisance in FloodDesk.Nuisance.allCases {
            for addressCount in [1, 100] {
                let (outcome, openedCount) = try await flood(nuisance, addressCount, pool, load, door)
                let time = Percentiles(outcome.measured.answerTimes).nearlyWorst ?? 0
                var fields = outcome.json.object ?? JSONObject()
                fields["p99_times_quiet"] = JSON(hundredthsOf: Double(time) / Double(max(1, quietTime)))
                fields["strangers_connected"] = JSON(openedCount)
                let name = "\(nuisance.rawValue)_from_\(addressCount)"
                results[name] = .object(fields)
                StandardStream.error.write("  \(name): p99 \(time) us, \(quietTime) us when quiet\n")
            }
        }
        return .object(results)
    }

    private func flood(
        _ nuisance: FloodDesk.Nuisance,
        _ addressCount: Int,
        _ pool: BenchPool,
        _ load: StratumLoad,
        _ door: LoadDesk.Door
    ) async throws -> (outcome: StratumCase.Outcome, openedCount: Int) {
        var settings = LoopSettings()
        settings.tickInterval = Self.tick
        let port = pool.port
        let strangers = try EventLoop(name: "flood", settings: settings) { context in
            FloodDesk(context, of: Self.strangerCount, nuisance, addressCount: addressCount, at: port)
        }
        let outcome: Result<StratumCase.Outcome, any Error>
        do {
            outcome = .success(try await Self.miners.run(load, door) { pool.cpu })
        } catch {
            outcome = .failure(error)
        }
        let openedCount = await withCheckedContinuation { answer in
            if !strangers.post({ answer.resume(returning: $0.openedCount) }) { answer.resume(returning: 0) }
        }
        await strangers.stop()
        return (try outcome.get(), openedCount)
    }
}
