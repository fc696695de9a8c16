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
        (.gone, .broadcast, [.takeBack, .alert]),
        (.gone, .broadcast, []),
        (.missing, .broadcast, [.broadcast]),
        (.buried(depth: 6), .confirmed, [.settle]),
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
            (.planned, .gone, .planned, []),
            (.reserved, .gone, .reserved, []),
            (.signed, .gone, .signed, []),
            (.stuck, .gone, .stuck, []),
            (.conflicted, .gone, .conflicted, []),
            (.cancelled, .gone, .cancelled, []),
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
            .conflicted, .gone, .overdue, .retried, .cancelled,
        ]
        var settleCount = 0
        var giveBackCount = 0
        var wasSigned = false
        for _ in 0..<100 {
            if attempt.next == .sign { #expect(!wasSigned, "seed \(seed)") }
            let effects = attempt.handle(all[.random(in: 0..<all.count, using: &random)])
            settleCount += effects.count { $0 == .settle } - effects.count { $0 == .takeBack }
            #expect((0...1).contains(settleCount), "seed \(seed)")
            giveBackCount += effects.count { $0 == .giveBack }
            if attempt.state == .signed { wasSigned = true }
        }
        #expect(settleCount == (attempt.state == .confirmed ? 1 : 0), "seed \(seed)")
        #expect(giveBackCount == (attempt.state == .cancelled ? 1 : 0), "seed \(seed)")
    }

    @Test func batchesFollowThresholdAndOrder() throws {
        let balances = try [("d", 50), ("b", 100), ("a", 99), ("c", 500), ("e", 100), ("z", 0)].map {
            PayoutPlan.Candidate(account: try #require(AccountName($0.0)), balance: Amount(units: $0.1))
        }
        func batches(of candidates: [PayoutPlan.Candidate], _ threshold: UInt64, _ countMax: Int) -> [[AccountAmount]] {
            PayoutPlan.batches(
                of: candidates,
                threshold: Amount(units: threshold),
                outputCountMax: countMax,
                nowMs: 0
            ) { _ in .zero }
        }
        let some = batches(of: balances, 100, 2)
        #expect(some.map { $0.map(\.account.description) } == [["b", "c"], ["e"]])
        #expect(batches(of: balances.shuffled(), 100, 2) == some)
        #expect(batches(of: [], 0, 2).isEmpty)
        #expect(batches(of: balances, 0, 100).flatMap(\.self).count == 5)
    }
}
