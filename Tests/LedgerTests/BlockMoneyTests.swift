import Ledger
import Testing

@Suite struct BlockMoneyTests {
    private static let life: [(BlockMoney.News, BlockMoney.Stage, [BlockMoney.Effect])] = [
        (.submitted, .candidate, []),
        (.onChain(confirmations: 1), .candidate, []),
        (.rejected, .rejected, []),
        (.onChain(confirmations: 9), .candidate, []),
        (.onChain(confirmations: 10), .immature, [.credit(round: 1)]),
        (.onChain(confirmations: 10), .immature, []),
        (.rejected, .immature, []),
        (.submitted, .immature, []),
        (.onChain(confirmations: 2), .immature, []),
        (.orphaned, .orphaned, [.reverse(round: 1, from: .immature)]),
        (.orphaned, .orphaned, []),
        (.rejected, .orphaned, []),
        (.onChain(confirmations: 3), .candidate, []),
        (.orphaned, .orphaned, []),
        (.onChain(confirmations: 12), .immature, [.credit(round: 2)]),
        (.onChain(confirmations: 100), .confirmed, [.mature(round: 2)]),
        (.onChain(confirmations: 101), .confirmed, []),
        (.rejected, .confirmed, []),
        (.orphaned, .orphaned, [.reverse(round: 2, from: .confirmed)]),
        (.onChain(confirmations: 200), .confirmed, [.credit(round: 3), .mature(round: 3)]),
    ]

    @Test func moneyMovesOnlyOnAChange() throws {
        let depths = try #require(BlockDepths(immature: 10, confirmed: 100, chainMaturity: 100))
        var money = BlockMoney(depths: depths)
        for (index, (news, stage, effects)) in Self.life.enumerated() {
            #expect(money.handle(news) == effects, "step \(index): \(news)")
            #expect(money.stage == stage, "step \(index): \(news)")
        }
    }

    @Test func aSmallerRewardReplacesTheCreditThatStands() throws {
        let depths = try #require(BlockDepths(immature: 10, confirmed: 100, chainMaturity: 100))
        let expected: [BlockMoney.Stage: [BlockMoney.Effect]] = [
            .immature: [.reverse(round: 2, from: .immature), .credit(round: 3)],
            .confirmed: [.reverse(round: 2, from: .confirmed), .credit(round: 3), .mature(round: 3)],
        ]
        for stage in BlockMoney.Stage.allCases {
            var money = BlockMoney(depths: depths, stage: stage, roundCount: 2)
            #expect(money.handleSmallerReward() == expected[stage] ?? [], "\(stage)")
            #expect(money.stage == stage)
            #expect(money.roundCount == (expected[stage] == nil ? 2 : 3), "\(stage)")
        }
    }

    @Test func depthsKeepToTheChain() {
        #expect(BlockDepths(immature: 10, confirmed: 99, chainMaturity: 100) == nil)
        #expect(BlockDepths(immature: 0, confirmed: 100, chainMaturity: 100) == nil)
        #expect(BlockDepths(immature: 101, confirmed: 100, chainMaturity: 100) == nil)
        #expect(BlockDepths(immature: 1, confirmed: 100, chainMaturity: 100) != nil)
    }

    @Test(arguments: UInt64(1)...200)
    func whateverHappensAtMostOneCreditStands(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let depths = try #require(BlockDepths(immature: 3, confirmed: 6, chainMaturity: 1))
        var money = BlockMoney(depths: depths)
        var immature = 0
        var confirmed = 0
        for _ in 0..<100 {
            let news: BlockMoney.News =
                switch Int.random(in: 0..<8, using: &random) {
                case 0: .orphaned
                case 1: .rejected
                case 2: .submitted
                case _: .onChain(confirmations: .random(in: 0...8, using: &random))
                }
            for effect in money.handle(news) {
                switch effect {
                case .credit: immature += 1
                case .mature:
                    immature -= 1
                    confirmed += 1
                case .reverse(_, from: let bucket):
                    if bucket == .immature { immature -= 1 } else { confirmed -= 1 }
                }
            }
            #expect(immature == (money.stage == .immature ? 1 : 0), "seed \(seed)")
            #expect(confirmed == (money.stage == .confirmed ? 1 : 0), "seed \(seed)")
        }
    }
}
