import Ledger
import MiningDomain
import Testing

@Suite struct PayoutTests {
    private static let life: [(PayoutAttempt.News, PayoutAttempt.State, [PayoutAttempt.Effect])] = [
        (.stored, .planned, []),
        (.buried(depth: 9), .planned, []),
        (.reserved, .reserved, []),
        (.reserved, .reserved, []),
        (.accepted, .reserved, []),
        (.stored, .signed, []),
        (.stored, .signed, []),
        (.unclear, .signed, []),
        (.missing, .signed, [.broadcast]),
        (.accepted, .broadcast, []),
        (.waiting, .broadcast, []),
        (.buried(depth: 5), .broadcast, []),
        (.missing, .broadcast, [.broadcast]),
        (.unclear, .broadcast, []),
        (.buried(depth: 6), .confirmed, [.settle]),
        (.buried(depth: 7), .confirmed, []),
        (.conflicted, .confirmed, []),
        (.missing, .confirmed, []),
    ]

    @Test func aPayoutMovesMoneyOnce() {
        var attempt = PayoutAttempt(depthRequired: 6)
        for (index, (news, state, effects)) in Self.life.enumerated() {
            #expect(attempt.handle(news) == effects, "step \(index): \(news)")
            #expect(attempt.state == state, "step \(index): \(news)")
        }
    }

    @Test func refusalsInARowLeaveAPayoutStuck() {
        var attempt = PayoutAttempt(depthRequired: 6, state: .signed)
        for _ in 1..<PayoutAttempt.refusalCountMax { #expect(attempt.handle(.refused) == []) }
        #expect(attempt.handle(.accepted) == [])
        for _ in 1..<PayoutAttempt.refusalCountMax { #expect(attempt.handle(.refused) == []) }
        #expect(attempt.handle(.refused) == [.alert])
        #expect(attempt.state == .stuck)
        #expect(attempt.handle(.missing) == [.broadcast])
        #expect(attempt.handle(.accepted) == [])
        #expect(attempt.handle(.buried(depth: 5)) == [])
        #expect(attempt.handle(.buried(depth: 6)) == [.settle])
        #expect(attempt.state == .confirmed)
    }

    /// From which state which news of a person or of the chain leads where, and what is done then.
    private static let decisions:
        [(PayoutAttempt.State, PayoutAttempt.News, PayoutAttempt.State, [PayoutAttempt.Effect])] = [
            (.planned, .cancelled, .cancelled, [.giveBack]),
            (.reserved, .cancelled, .cancelled, [.giveBack]),
            (.signed, .cancelled, .signed, []),
            (.broadcast, .cancelled, .broadcast, []),
            (.stuck, .cancelled, .stuck, []),
            (.conflicted, .cancelled, .cancelled, [.giveBack]),
            (.confirmed, .cancelled, .confirmed, []),
            (.cancelled, .cancelled, .cancelled, []),
            (.reserved, .retried, .reserved, []),
            (.broadcast, .retried, .broadcast, []),
            (.stuck, .retried, .signed, []),
            (.conflicted, .retried, .signed, []),
            (.cancelled, .retried, .cancelled, []),
            (.signed, .conflicted, .conflicted, [.alert]),
            (.broadcast, .conflicted, .conflicted, [.alert]),
            (.stuck, .conflicted, .conflicted, [.alert]),
            (.conflicted, .conflicted, .conflicted, []),
            (.conflicted, .waiting, .conflicted, []),
            (.conflicted, .missing, .conflicted, []),
            (.conflicted, .buried(depth: 5), .conflicted, []),
            (.conflicted, .buried(depth: 6), .confirmed, [.settle]),
            (.broadcast, .overdue, .stuck, [.alert]),
            (.stuck, .overdue, .stuck, []),
            (.stuck, .waiting, .stuck, []),
            (.cancelled, .buried(depth: 6), .cancelled, []),
            (.cancelled, .stored, .cancelled, []),
        ]

    @Test func onlyWhatCannotBeMinedIsGivenBack() {
        for (state, news, next, effects) in Self.decisions {
            var attempt = PayoutAttempt(depthRequired: 6, state: state)
            #expect(attempt.handle(news) == effects, "\(state), \(news)")
            #expect(attempt.state == next, "\(state), \(news)")
        }
    }

    @Test(arguments: UInt64(1)...200)
    func nothingIsSignedTwiceOrSettledTwiceOrSettledAndGivenBack(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var attempt = PayoutAttempt(depthRequired: 3)
        let all: [PayoutAttempt.News] = [
            .reserved, .stored, .accepted, .unclear, .refused, .buried(depth: 1), .buried(depth: 3), .waiting, .missing,
            .conflicted, .overdue, .retried, .cancelled,
        ]
        var settleCount = 0
        var giveBackCount = 0
        var wasSigned = false
        for _ in 0..<100 {
            if attempt.next == .sign { #expect(!wasSigned, "seed \(seed)") }
            let effects = attempt.handle(all[.random(in: 0..<all.count, using: &random)])
            settleCount += effects.count { $0 == .settle }
            giveBackCount += effects.count { $0 == .giveBack }
            if attempt.state == .signed { wasSigned = true }
        }
        #expect(settleCount == (attempt.state == .confirmed ? 1 : 0), "seed \(seed)")
        #expect(giveBackCount == (attempt.state == .cancelled ? 1 : 0), "seed \(seed)")
    }

    @Test func batchesFollowThresholdAndOrder() throws {
        let balances = try [("d", 50), ("b", 100), ("a", 99), ("c", 500), ("e", 100), ("z", 0)].map {
            AccountAmount(try #require(AccountName($0.0)), Amount(units: $0.1))
        }
        let threshold = Amount(units: 100)
        let batches = PayoutPlan.batches(of: balances, threshold: threshold, outputCountMax: 2)
        #expect(batches.map { $0.map(\.account.description) } == [["b", "c"], ["e"]])
        #expect(PayoutPlan.batches(of: balances.shuffled(), threshold: threshold, outputCountMax: 2) == batches)
        #expect(PayoutPlan.batches(of: [], threshold: .zero, outputCountMax: 2).isEmpty)
        let all = PayoutPlan.batches(of: balances, threshold: .zero, outputCountMax: 100)
        #expect(all.flatMap(\.self).count == 5)
    }
}
