import Ledger
import MiningDomain
import Testing

/// Who is paid when, as the account and the pool want it.
@Suite struct PayoutPlanTests {
    private static func isPaid(
        _ balance: UInt64,
        threshold: UInt64? = nil,
        intervalMs: Int64? = nil,
        plannedAtMs: Int64? = nil,
        least: UInt64? = 10
    ) throws -> Bool {
        let candidate = PayoutPlan.Candidate(
            account: try #require(AccountName("a")),
            balance: Amount(units: balance),
            threshold: threshold.map(Amount.init(units:)),
            intervalMs: intervalMs,
            plannedAtMs: plannedAtMs
        )
        return !PayoutPlan.batches(
            of: [candidate],
            threshold: Amount(units: 100),
            outputCountMax: 1,
            nowMs: 10_000
        ) { _ in least.map(Amount.init(units:)) }.isEmpty
    }

    @Test func anAccountsOwnWishesComeFirst() throws {
        #expect(try Self.isPaid(100))
        #expect(try !Self.isPaid(99))
        #expect(try Self.isPaid(50, threshold: 50))
        #expect(try !Self.isPaid(499, threshold: 500))
        #expect(try Self.isPaid(500, threshold: 500))
        #expect(try !Self.isPaid(0, threshold: 0))
    }

    @Test func anIntervalHoldsFromOnePlanToTheNext() throws {
        #expect(try Self.isPaid(100, intervalMs: 1_000))
        #expect(try Self.isPaid(100, intervalMs: 1_000, plannedAtMs: 9_000))
        #expect(try !Self.isPaid(100, intervalMs: 1_000, plannedAtMs: 9_001))
        #expect(try Self.isPaid(100, intervalMs: 1_000, plannedAtMs: 10_001), "the clock was set back")
    }

    @Test func dustAndWhatIsNoAddressWait() throws {
        #expect(try !Self.isPaid(9, threshold: 1))
        #expect(try Self.isPaid(10, threshold: 1))
        #expect(try !Self.isPaid(1_000_000, least: nil))
    }
}
