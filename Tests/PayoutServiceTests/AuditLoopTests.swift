import ChainAdapter
import Ledger
import MiningDomain
import PostgresClient
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// The audit that the service makes by itself, as its metrics show it.
@Suite struct AuditLoopTests {
    @Test func whatIsWrongIsShownUntilItIsRight() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        _ = try await fixture.rollup.rollUp(atLeast: 1)
        let loop = AuditLoop(fixture.pool, cover: fixture.cover, surroundings: fixture.surroundings)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            func figures(after time: Duration) async -> (findings: Int?, unchecked: Int?) {
                fixture.clock.advance(by: time)
                await fixture.clock.waitForSleepers()
                return (figure("lode_ledger_findings"), figure("lode_ledger_unchecked"))
            }
            func figure(_ name: String) -> Int? {
                let lines = fixture.surroundings.metrics.exposition.split(separator: "\n")
                return lines.first { $0.hasPrefix("\(name) ") }.flatMap { Int($0.dropFirst(name.count + 1)) }
            }
            await fixture.clock.waitForSleepers()
            #expect(figure("lode_ledger_findings") == 0)
            #expect(figure("lode_ledger_verified_timestamp_seconds") == 1_790_000_000)
            // Money is looked at every minute.
            try await fixture.pool.execute("UPDATE blocks SET reward = reward + 1")
            #expect(await figures(after: .seconds(60)) == (1, 0))
            try await fixture.pool.execute("UPDATE blocks SET reward = reward - 1")
            fixture.wallet.state.withLock { $0.holdings = .failure(.unreachable("down")) }
            #expect(await figures(after: .seconds(60)) == (0, 1))
            fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: 0)) }
            #expect(await figures(after: .seconds(60)) == (1, 0))
            fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: 1 << 60)) }
            // Every share, four times a day.
            try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted + 1")
            #expect(await figures(after: .seconds(60)) == (0, 0))
            #expect(await figures(after: .seconds(6 * 3_600)) == (1, 0))
            group.cancelAll()
        }
    }
}
