import Ledger
import Messages
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// What a person may do about a payout.
@Suite struct PayoutOperationTests {
    @Test func whatWasNeverSignedIsCancelledAndPaidAnotherTime() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 3), (1, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.signFails)
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["reserved"])
        try await fixture.operations.cancel(1)
        try await fixture.expectSoundBooks("cancelled")
        #expect(try await fixture.sums()[.reserved] == 0)
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["cancelled"])
        await #expect(throws: PayoutRefusal.final(state: .cancelled)) { try await fixture.operations.cancel(1) }
        await #expect(throws: PayoutRefusal.notStuck(state: .cancelled)) { try await fixture.operations.retry(1) }
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast", "cancelled"])
        #expect(fixture.wallet.state.withLock(\.sent.count) == 1)
        try await fixture.expectSoundBooks("paid")
    }

    @Test func whatMayBeMinedIsNeverCancelled() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        fixture.wallet.fail(.sendNeverArrives)
        try await fixture.pay()
        await #expect(throws: PayoutRefusal.mayStillBePaid(state: .signed)) { try await fixture.operations.cancel(1) }
        try await fixture.pay()
        await #expect(throws: PayoutRefusal.mayStillBePaid(state: .broadcast)) {
            try await fixture.operations.cancel(1)
        }
        await #expect(throws: PayoutRefusal.notStuck(state: .broadcast)) { try await fixture.operations.retry(1) }
        fixture.wallet.bury(depth: 6)
        try await fixture.pay()
        await #expect(throws: PayoutRefusal.final(state: .confirmed)) { try await fixture.operations.cancel(1) }
        await #expect(throws: PayoutRefusal.unknown) { try await fixture.operations.cancel(2) }
        try await fixture.expectSoundBooks()
    }

    @Test func aStuckPayoutIsSentAgainWithTheSameBytes() async throws {
        let fixture = try await LedgerFixture()
        try await fixture.earn([(0, 1)], block: 1, reward: 1_000_000)
        for _ in 1...PayoutAttempt.refusalCountMax {
            fixture.wallet.fail(.sendRefused)
            try await fixture.pay()
        }
        await #expect(throws: PayoutRefusal.mayStillBePaid(state: .stuck)) { try await fixture.operations.cancel(1) }
        try await fixture.operations.retry(1)
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["signed"])
        try await fixture.pay()
        #expect(try await fixture.statement(0).payouts.map(\.state) == ["broadcast"])
        fixture.wallet.state.withLock { state in
            #expect(state.signedCount == 1)
            #expect(Set(state.sent).count == 1)
        }
        try await fixture.expectSoundBooks()
    }

    @Test func nobodyActsWhilePayoutsAreGoneThrough() async throws {
        let fixture = try await LedgerFixture()
        let stores = PostgresPayouts(database: fixture.database, depthRequired: 6)
        let other = try #require(try await stores.claim())
        await #expect(throws: PayoutRefusal.busy) { try await fixture.operations.retry(1) }
        await other.release()
        await #expect(throws: PayoutRefusal.unknown) { try await fixture.operations.retry(1) }
    }
}
