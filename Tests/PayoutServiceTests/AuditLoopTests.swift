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

    @Test func theFirstLookAtEverythingWaitsAMoment() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        _ = try await fixture.rollup.rollUp(atLeast: 1)
        try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted + 1")
        let loop = AuditLoop(
            fixture.pool,
            cover: fixture.cover,
            paid: fixture.paid,
            surroundings: fixture.surroundings
        )
        try await Self.running(loop, fixture) { findings in
            #expect(await findings(.zero) == 0)
            for _ in 0..<10 { _ = await findings(.seconds(60)) }
            #expect(await findings(.zero) == 1)
        }
    }

    /// However long a look at everything takes, money is looked at again a minute later; what takes long comes less often.
    @Test func aLongLookHoldsUpItsOwnKindOnly() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        _ = try await fixture.rollup.rollUp(atLeast: 1)
        func nextLook(takes duration: Duration) {
            fixture.wallet.state.withLock { state in
                state.onHoldings = { [clock = fixture.clock, wallet = fixture.wallet] in
                    wallet.state.withLock { $0.onHoldings = nil }
                    clock.advance(by: duration)
                }
            }
        }
        let damage = "UPDATE blocks SET reward = reward"
        nextLook(takes: .seconds(30 * 60))
        try await Self.running(Self.loop(fixture, wholeDelay: .zero), fixture) { findings in
            #expect(await findings(.zero) == 0)
            try await fixture.pool.execute("\(damage) + 1")
            nextLook(takes: .seconds(10))
            #expect(await findings(.seconds(60)) == 1, "money is looked at a minute after everything was")
            try await fixture.pool.execute("\(damage) - 1")
            #expect(await findings(.seconds(60)) == 1, "ten seconds of looking want two hundred of rest")
            #expect(await findings(.seconds(140)) == 0)
            // Twenty times half an hour after the long look, and not six hours.
            try await fixture.pool.execute("UPDATE worker_counters SET accepted = accepted + 1")
            for _ in 0..<9 { #expect(await findings(.seconds(3_600)) == 0) }
            #expect(await findings(.seconds(3_600)) == 1)
        }
    }

    @Test func aTimeOfDayThatJumpsIsNoLongLook() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.state.withLock { state in
            state.onHoldings = { [clock = fixture.clock] in clock.setBack(by: .seconds(-3_600)) }
        }
        try await Self.running(Self.loop(fixture, wholeDelay: .seconds(600)), fixture) { findings in
            #expect(await findings(.zero) == 0)
            try await fixture.pool.execute("UPDATE blocks SET reward = reward + 1")
            #expect(await findings(.seconds(60)) == 1)
        }
    }

    @Test(arguments: [true, false])
    func aPaidTransactionThatIsGoneIsToldUntilItIsThere(isWatched: Bool) async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        fixture.wallet.bury(depth: isWatched ? 6 : fixture.settings.watchDepth)
        for _ in 0..<3 { try await fixture.pay() }
        #expect(fixture.gauge("lode_payouts_watched") == (isWatched ? 1 : 0))
        func see(_ fate: TransactionFate) {
            fixture.wallet.state.withLock { state in for key in state.fates.keys { state.fates[key] = fate } }
        }
        see(.missing)
        try await Self.running(Self.loop(fixture, wholeDelay: .zero), fixture) { findings in
            #expect(await findings(.zero) == 1)
            #expect(await findings(.seconds(60)) == 1)
            let kept = try await fixture.pool.execute("SELECT FROM meta WHERE key = 'audited_whole_ms'")
            #expect(kept.isEmpty, "not all was right")
            see(.buried(depth: isWatched ? 6 : fixture.settings.watchDepth))
            #expect(await findings(.seconds(60)) == (isWatched ? 0 : 1), "what nobody takes back stands")
            #expect(await findings(.seconds(6 * 3_600)) == 0)
        }
        let kept = try await fixture.pool.execute("SELECT FROM meta WHERE key = 'audited_whole_ms'")
        #expect(kept.count == 1)
    }

    /// The wallet is asked every minute: that it holds too little says nothing of what was read.
    @Test func aWalletThatIsShortDoesNotHaveEverythingReadAgain() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: 0)) }
        try await Self.running(Self.loop(fixture, wholeDelay: .zero), fixture) { findings in
            #expect(await findings(.zero) == 1)
            fixture.wallet.state.withLock { $0.holdings = .success(Amount(units: 1 << 60)) }
            #expect(await findings(.seconds(60)) == 0)
        }
        let kept = try await fixture.pool.execute("SELECT FROM meta WHERE key = 'audited_whole_ms'")
        #expect(kept.count == 1)
    }

    private static func loop(_ fixture: LedgerFixture, wholeDelay: Duration) -> AuditLoop {
        AuditLoop(
            fixture.pool,
            cover: fixture.cover,
            paid: fixture.paid,
            surroundings: fixture.surroundings,
            wholeDelay: wholeDelay
        )
    }

    /// Runs the loop while `body` lets time pass: `findings` is what it shows once it sleeps, so much later.
    private static func running(
        _ loop: AuditLoop,
        _ fixture: LedgerFixture,
        _ body: (_ findings: (Duration) async -> Int64?) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            await fixture.clock.waitForSleepers()
            try await body { duration in
                fixture.clock.advance(by: duration)
                await fixture.clock.waitForSleepers()
                return fixture.gauge("lode_ledger_findings")
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
