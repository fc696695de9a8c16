import ChainAdapter
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Payouts that are switched off, which is the first thing to do when the books are wrong: no money leaves.
@Suite struct PayoutPauseTests {
    private static func states(_ fixture: LedgerFixture) async throws -> [String] {
        try await fixture.pool.execute("SELECT state FROM payouts ORDER BY payout_id").map { try $0.text(0) }
    }

    @Test func whatIsReservedIsNotSignedUntilPayoutsAreSwitchedOnAgain() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.signFails)
        try await fixture.pay()
        try await fixture.earn([(1, 1)], block: 2, reward: 1_000_000)
        let paused = try await fixture.successor(isPaying: false)
        for _ in 0..<3 { try await paused.pay() }
        #expect(try await Self.states(paused) == ["reserved"], "nothing is planned either")
        #expect(fixture.wallet.state.withLock(\.signedCount) == 0)
        #expect(paused.gauge("lode_payouts_waiting{for=\"pause\"}") == 1)
        let resumed = try await paused.successor()
        try await resumed.pay()
        #expect(try await Self.states(resumed) == ["broadcast", "broadcast"])
        #expect(resumed.gauge("lode_payouts_waiting{for=\"pause\"}") == 0)
        try await resumed.expectSoundBooks()
    }

    @Test func whatIsSignedAndNotSentStaysHere() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.sendNeverArrives)
        try await fixture.pay()
        let paused = try await fixture.successor(isPaying: false)
        for _ in 0..<2 * PayoutAttempt.refusalCountMax { try await paused.pay() }
        #expect(try await Self.states(paused) == ["signed"])
        #expect(fixture.wallet.state.withLock(\.sent).isEmpty)
        let reason = try await fixture.pool.execute("SELECT reason FROM payouts")[0].text(0)
        #expect(reason == "not sent: payouts are switched off")
        try await paused.successor().pay()
        #expect(try await Self.states(paused) == ["broadcast"])
        fixture.wallet.state.withLock { #expect($0.sent == [$0.signed[0]]) }
        try await paused.expectSoundBooks()
    }

    /// Sent, or perhaps sent: what the chain says is booked.
    @Test func whatWasSentIsFollowedToItsEnd() async throws {
        for fault in [ScriptedWallet.Fault.sendLosesAnswer, .fateUnknown] {
            let fixture = try await LedgerFixture()
            try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
            fixture.wallet.fail(fault)
            try await fixture.pay()
            let paused = try await fixture.successor(isPaying: false)
            fixture.wallet.bury(depth: 6)
            for _ in 0..<2 { try await paused.pay() }
            #expect(try await Self.states(paused) == ["confirmed"], "\(fault)")
            #expect(try await paused.statement(0).paid == 990_000)
            #expect(fixture.wallet.state.withLock(\.sent.count) == 1)
            try await paused.expectSoundBooks()
        }
    }

    @Test func whatTheNetworkForgetsIsNotSentAgainAndNoFeeIsRaised() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        try await fixture.pay()
        let paused = try await fixture.successor(isPaying: false)
        fixture.wallet.state.withLock { $0.height += 100 }
        try await paused.pay()
        #expect(fixture.wallet.state.withLock(\.signedCount) == 1)
        fixture.wallet.state.withLock { $0.fates = [:] }
        for _ in 0..<2 { try await paused.pay() }
        #expect(fixture.wallet.state.withLock(\.sent.count) == 1)
        #expect(try await Self.states(paused) == ["broadcast"])
        try await paused.expectSoundBooks()
    }

    @Test func nothingIsHandedOut() async throws {
        let fixture = try await LedgerFixture { $0.isPaying = false }
        await #expect(throws: PayoutRefusal.paused) { try await fixture.operations.export(1) }
    }
}
