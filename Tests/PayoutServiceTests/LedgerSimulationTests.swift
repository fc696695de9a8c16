import BlockFormat
import ChainAdapter
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import PayoutService

/// Everything at once, in an order that a seed decides: shares, blocks, orphans, payouts, faults and replicas that die.
///
/// A failure names its seed.
@Suite struct LedgerSimulationTests {
    private static let stepCount = 120
    private static let accountCount = 4

    @Test(arguments: UInt64(1)...6)
    func theBooksAreSoundAndNobodyIsPaidTwice(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var fixture = try await LedgerFixture(windowFactor: "50")
        var shareCount = 0
        var blocks: [Int] = []
        for step in 0..<Self.stepCount {
            let what = "seed \(seed), step \(step)"
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3:
                let numbers = (0..<Int.random(in: 1...5, using: &random)).map { shareCount + $0 }
                shareCount += numbers.count
                try await Self.record(numbers, submission: UInt64(step), fixture, &random)
            case 3:
                // A proof that somebody has brought before.
                guard shareCount > 0 else { continue }
                let number = Int.random(in: 0..<shareCount, using: &random)
                let share = Example.share(number, of: Example.client(0), submission: .max)
                let outcomes = try await fixture.calls.outcomes(of: RecordSharesRequest(shares: [share]))
                #expect(outcomes == [.duplicate], "\(what)")
            case 4..<7:
                if blocks.isEmpty || Int.random(in: 0..<3, using: &random) == 0 { blocks.append(1_000_000 + step) }
                guard let block = blocks.randomElement(using: &random) else { continue }
                _ = try await fixture.calls.recordBlock(Self.news(of: block, &random))
            case 7..<9:
                Self.stir(fixture.wallet, &random)
                fixture.clock.advance(by: .seconds(60))
                _ = try await fixture.payouts.runOnce()
            case _:
                fixture = try await fixture.successor()
                _ = try await fixture.rollup.rollUp(atLeast: 1)
            }
            try await fixture.expectSoundBooks(what)
            try await Self.expectNobodyPaidTwice(fixture, what)
        }
        try await Self.settleAll(fixture)
        let accepted = try await fixture.calls.getPool(GetPoolRequest()).shares
        #expect(accepted == UInt64(shareCount), "seed \(seed)")
        // A simulation in which nothing happens shows nothing.
        #expect(fixture.wallet.state.withLock(\.sent.count) >= 1, "seed \(seed)")
        #expect(blocks.count >= 3, "seed \(seed)")
    }

    private static func record(
        _ numbers: [Int],
        submission: UInt64,
        _ fixture: LedgerFixture,
        _ random: inout SeededGenerator
    ) async throws {
        let shares = numbers.map {
            Example.share(
                $0,
                of: Example.client(.random(in: 0..<accountCount, using: &random)),
                work: .random(in: 1...20, using: &random),
                submission: submission
            )
        }
        let request = RecordSharesRequest(shares: shares)
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let outcomes = try await fixture.calls.outcomes(of: request)
            #expect(outcomes.allSatisfy { $0 == .recorded })
        }
    }

    private static func news(of block: Int, _ random: inout SeededGenerator) -> BlockReport {
        let states: [(BlockState, UInt32)] = [
            (.submitted, 0), (.accepted, 5), (.accepted, 20), (.accepted, 20), (.confirmed, 100), (.confirmed, 101),
            (.orphaned, 0), (.rejected, 0),
        ]
        let (state, confirmations) = states[.random(in: 0..<states.count, using: &random)]
        return Example.block(block, state, confirmations: confirmations, reward: UInt64(block) % 1_000 * 100_003)
    }

    /// The network moves on, and something may be about to go wrong.
    private static func stir(_ wallet: ScriptedWallet, _ random: inout SeededGenerator) {
        let faults: [ScriptedWallet.Fault] = [
            .signFails, .signsAnotherPayout, .spendsOtherCoins, .signLosesAnswer, .locked, .coinsUnknown,
            .sendLosesAnswer, .sendNeverArrives, .sendRefused, .fateUnknown,
        ]
        if Bool.random(using: &random) { wallet.fail(faults[.random(in: 0..<faults.count, using: &random)]) }
        let move = Int.random(in: 0..<4, using: &random)
        let blockCount = UInt32.random(in: 0...3, using: &random)
        wallet.state.withLock { state in
            state.height += blockCount
            for (key, fate) in state.fates {
                switch (fate, move) {
                case (.waiting, 0): state.fates[key] = .buried(depth: 3)
                case (.waiting, 1): state.fates[key] = .missing
                case (.missing, 1) where !state.hasRival(key): state.fates[key] = .waiting
                case (.buried, 2): state.fates[key] = .buried(depth: 6)
                case (.buried(depth: 3), 3): state.fates[key] = .waiting  // reorganised away
                case _: break
                }
            }
        }
    }

    /// Versions of one payout's transaction are one: they spend the same coins.
    private struct Spending: Hashable {
        let coins: [PayoutCoin]
        let outputs: [PayoutDraft.Output]
    }

    /// Of each payout one transaction at most ever left, and the ledger calls paid only what is on chain.
    private static func expectNobodyPaidTwice(_ fixture: LedgerFixture, _ what: String) async throws {
        let known = fixture.wallet.state.withLock { state in
            Set(state.fates.keys.compactMap { state.drafts[$0] }.map { Spending(coins: $0.coins, outputs: $0.outputs) })
        }
        let payouts = try await fixture.pool.execute("SELECT count(*) FROM payouts WHERE transaction IS NOT NULL")
        #expect(known.count <= (try payouts[0].integer(0, as: Int.self)), "\(what)")
        for account in 0..<accountCount {
            let address = try #require(Address(Example.addresses[account], on: LedgerFixture.network))
            let sent = known.flatMap(\.outputs).filter { $0.address == address }
                .reduce(0) { $0 + $1.amount.units }
            let row = try await fixture.pool.execute(
                """
                SELECT coalesce(sum(balance) FILTER (WHERE bucket = 'paid'), 0),
                    coalesce(sum(balance) FILTER (WHERE bucket IN ('paid', 'reserved')), 0)
                FROM balances JOIN accounts USING (account_id) WHERE address = $1
                """,
                [.text(Example.addresses[account])]
            )[0]
            #expect(sent >= (try row.integer(0, as: UInt64.self)), "\(what)")
            #expect(sent <= (try row.integer(1, as: UInt64.self)), "\(what)")
        }
    }

    /// With nothing going wrong any more, every payout that was begun comes to its end.
    private static func settleAll(_ fixture: LedgerFixture) async throws {
        fixture.wallet.state.withLock { $0.faults = [] }
        for _ in 0..<3 {
            fixture.wallet.state.withLock { state in
                for (key, fate) in state.fates where fate == .missing && !state.hasRival(key) {
                    state.fates[key] = .waiting
                }
            }
            fixture.wallet.bury(depth: 6)
            fixture.clock.advance(by: .seconds(60))
            #expect(try await fixture.payouts.runOnce())
        }
        fixture.wallet.bury(depth: 6)
        #expect(try await fixture.payouts.runOnce())
        try await fixture.expectSoundBooks("at the end")
        #expect(try await fixture.sums()[.reserved] == 0)
    }
}
