import Ledger
import Messages
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Two payout services on one database and one node's wallet.
@Suite struct PayoutReplicaTests {
    @Test func twoThatPayAtOncePayEverybodyOnce() async throws {
        let regtest = try await RegtestNode.start(blocks: 110)
        let first = try await LedgerFixture(paying: InterruptedWallet(regtest)) { $0.outputCountMax = 2 }
        let second = try await first.successor(paying: InterruptedWallet(regtest))
        for round in 1...3 {
            try await first.earn([(0, 3), (1, 2), (2, 1)], block: round, reward: 600_000_000)
            for _ in 0..<3 {
                first.clock.advance(by: .seconds(60))
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for replica in [first, second] { group.addTask { try await replica.payouts.runOnce() } }
                    try await group.waitForAll()
                }
            }
            try await first.expectSoundBooks("round \(round)")
            try await regtest.generate(6)
        }
        try await second.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, first, accounts: 0..<3)
        #expect(try await first.sums()[.paid] == 3 * 594_000_000)
        #expect(try await first.pool.execute("SELECT FROM payouts").count == 3 * 2)
        try await first.expectSoundBooks()
    }

    private static let moments: [InterruptedWallet.Moment] = [.afterSigning, .beforeSending, .afterSending]

    /// The first one's session is ended while it waits for its node; the second pays; then the first goes on.
    @Test(arguments: moments)
    func whoLosesItsSessionInTheMiddleSendsNothingOfItsOwn(moment: InterruptedWallet.Moment) async throws {
        let regtest = try await RegtestNode.start(blocks: 103)
        let wallet = InterruptedWallet(regtest)
        let first = try await LedgerFixture(paying: wallet)
        let second = try await first.successor(paying: InterruptedWallet(regtest))
        try await first.earn([(0, 2), (1, 1)], block: 1, reward: 900_000_000)
        let killer = PostgresConnection(first.database)
        wallet.hold(moment) {
            _ = try? await killer.execute(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
                WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
                """
            )
            first.clock.advance(by: .seconds(60))
            for _ in 0..<2 { _ = try? await second.payouts.runOnce() }
        }
        first.clock.advance(by: .seconds(60))
        await #expect(throws: StoreError.self) { try await first.payouts.runOnce() }
        try await first.expectSoundBooks("overtaken")
        #expect(try await first.statement(0).payouts.map(\.state) == ["broadcast"])
        #expect(try await first.pool.execute("SELECT FROM payout_transactions").count == 1)
        try await regtest.generate(6)
        try await first.pay()
        try await RealPayoutTests.expectChainAgrees(regtest, first, accounts: 0..<2)
        #expect(try await first.sums()[.paid] == 891_000_000)
        try await first.expectSoundBooks()
    }
}
