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
        let loop = AuditLoop(
            fixture.pool,
            cover: fixture.cover,
            paid: fixture.paid,
            surroundings: fixture.surroundings,
            wholeDelay: .seconds(6 * 3_600)
        )
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
            // Every share, four times a day; what that finds is not forgotten by the next look at money.
            try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted + 1")
            #expect(await figures(after: .seconds(60)) == (0, 0))
            #expect(await figures(after: .seconds(6 * 3_600)) == (1, 0))
            #expect(await figures(after: .seconds(60)) == (1, 0))
            try await fixture.pool.execute("UPDATE blocks SET reward = reward + 1")
            #expect(await figures(after: .seconds(60)) == (2, 0))
            try await fixture.pool.execute("UPDATE blocks SET reward = reward - 1")
            try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted - 1")
            #expect(await figures(after: .seconds(60)) == (1, 0))
            #expect(await figures(after: .seconds(6 * 3_600)) == (0, 0))
            group.cancelAll()
        }
    }

    /// A service that restarts every hour looks at every share all the same, and not at each start.
    @Test func everythingIsLookedAtFourTimesADayHoweverOftenItRestarts() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1), (1, 1)], block: 1, reward: 1_000_000)
        _ = try await fixture.rollup.rollUp(atLeast: 1)
        try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted + 1")
        /// Findings one hour after a start, when everything would be due after five minutes of it.
        func anHour() async throws -> Int64? {
            let loop = AuditLoop(
                fixture.pool,
                cover: fixture.cover,
                paid: fixture.paid,
                surroundings: fixture.surroundings,
                wholeDelay: .seconds(300)
            )
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await loop.run() }
                for _ in 0..<60 {
                    await fixture.clock.waitForSleepers()
                    fixture.clock.advance(by: .seconds(60))
                }
                await fixture.clock.waitForSleepers()
                group.cancelAll()
                try await group.waitForAll()
                return fixture.gauge("lode_ledger_findings")
            }
        }
        #expect(try await anHour() == 1)
        #expect(try await anHour() == 1, "what was found is looked for again at once")
        try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted - 1")
        #expect(try await anHour() == 0)
        try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted + 1")
        for hour in 1...5 { #expect(try await anHour() == 0, "\(hour)") }
        #expect(try await anHour() == 1)
        // A clock that was far ahead has not put it off for good.
        try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted - 1")
        try await fixture.pool.execute("UPDATE meta SET value = '99999999999999' WHERE key = 'audited_whole_ms'")
        #expect(try await anHour() == 0)
        let kept = try await fixture.pool.execute("SELECT value FROM meta WHERE key = 'audited_whole_ms'")[0]
        #expect(try kept.text(0) < "99999999999999")
    }

    @Test func aStartWaitsAMomentOfItsOwn() {
        #expect(AuditLoop.wholeDelaySeconds == 60...600)
    }
}
