import Ledger
import MiningDomain
import Testing

@Suite struct RewardSplitTests {
    private struct Case {
        let title: String
        let reward: UInt64
        let percent: String
        let window: [(String, UInt128)]
        let fee: UInt64
        let parts: [(String, UInt64)]
    }

    private static let cases: [Case] = [
        Case(title: "one miner", reward: 1_000, percent: "1", window: [("a", 5)], fee: 10, parts: [("a", 990)]),
        Case(
            title: "by work",
            reward: 400,
            percent: "0",
            window: [("b", 3), ("a", 1)],
            fee: 0,
            parts: [("a", 100), ("b", 300)]
        ),
        Case(
            title: "a tie goes to the first in order",
            reward: 3,
            percent: "0",
            window: [("c", 1), ("b", 1)],
            fee: 0,
            parts: [("b", 2), ("c", 1)]
        ),
        Case(
            title: "order is by bytes, not by case",
            reward: 1,
            percent: "0",
            window: [("a", 1), ("B", 1)],
            fee: 0,
            parts: [("B", 1)]
        ),
        Case(
            title: "the largest remainder wins",
            reward: 10,
            percent: "0",
            window: [("a", 1), ("b", 2)],
            fee: 0,
            parts: [("a", 3), ("b", 7)]
        ),
        Case(
            title: "the fee is rounded down",
            reward: 199,
            percent: "1",
            window: [("a", 1)],
            fee: 1,
            parts: [("a", 198)]
        ),
        Case(
            title: "a fraction of a percent",
            reward: 1_000_000,
            percent: "0.0001",
            window: [("a", 1)],
            fee: 1,
            parts: [("a", 999_999)]
        ),
        Case(title: "no work: the finder's", reward: 100, percent: "1", window: [], fee: 1, parts: [("finder", 99)]),
        Case(title: "all fee", reward: 100, percent: "100", window: [("a", 1)], fee: 100, parts: []),
        Case(title: "no reward", reward: 0, percent: "1", window: [("a", 1)], fee: 0, parts: []),
        Case(
            title: "the largest numbers there are",
            reward: .max,
            percent: "0",
            window: [("a", UInt128.max / 2), ("b", UInt128.max / 2)],
            fee: 0,
            parts: [("a", UInt64.max / 2 + 1), ("b", UInt64.max / 2)]
        ),
    ]

    @Test func rewardsAreSplitByWork() throws {
        for each in Self.cases {
            let split = RewardSplit(
                reward: Amount(units: each.reward),
                rate: try #require(FeeRate(percent: each.percent)),
                window: try Self.window(each.window),
                finder: AccountName("finder")
            )
            #expect(split.fee.units == each.fee, "\(each.title)")
            let parts = try each.parts.map { AccountAmount(try #require(AccountName($0.0)), Amount(units: $0.1)) }
            #expect(split.parts == parts, "\(each.title)")
        }
    }

    @Test func withoutWorkOrFinderThePoolKeepsIt() throws {
        let rate = try #require(FeeRate(percent: "1"))
        let split = RewardSplit(reward: Amount(units: 100), rate: rate, window: [:], finder: nil)
        #expect(split.fee.units == 100)
        #expect(split.parts.isEmpty)
    }

    @Test(arguments: UInt64(1)...200)
    func everySplitAddsUpAndIsWithinAUnitOfExact(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let window = try Self.randomWindow(&random)
        let reward = Amount(units: .random(in: 0...(seed.isMultiple(of: 2) ? UInt64.max : 10_000), using: &random))
        let rate = try #require(FeeRate(millionths: .random(in: 0...1_000_000, using: &random)))
        let split = RewardSplit(reward: reward, rate: rate, window: window, finder: nil)
        #expect(split.fee.units + split.parts.reduce(0) { $0 + $1.amount.units } == reward.units)
        #expect(split.parts.map(\.account) == split.parts.map(\.account).sorted())
        let rest = UInt128(reward.units - split.fee.units)
        let total = window.values.reduce(UInt128(0)) { $0 + $1.hashes }
        for (account, work) in window {
            let amount = UInt128(split.parts.first { $0.account == account }?.amount.units ?? 0)
            let exact = total.dividingFullWidth(rest.multipliedFullWidth(by: work.hashes)).quotient
            #expect(amount == exact || amount == exact + 1)
        }
    }

    @Test(arguments: UInt64(1)...100)
    func whoHasDoneMoreGetsNoLess(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let window = try Self.randomWindow(&random)
        let parts = Apportionment.parts(of: Amount(units: .random(in: 0...100_000, using: &random)), by: window)
        let amounts = Dictionary(uniqueKeysWithValues: parts.map { ($0.account, $0.amount) })
        for (one, work) in window {
            for (other, otherWork) in window where work > otherWork {
                #expect(amounts[one] ?? .zero >= amounts[other] ?? .zero)
            }
        }
    }

    @Test(
        arguments: [
            ("1", 10_000), ("0", 0), ("0.5", 5_000), ("100", 1_000_000), ("2.0025", 20_025), ("007", 70_000),
            ("100.0001", nil), ("101", nil), ("-1", nil), ("", nil), (".5", nil), ("1.", nil), ("0.00001", nil),
            ("1,5", nil), ("1e1", nil), ("99999999999999999999", nil), ("١", nil),
        ] as [(String, UInt64?)]
    )
    func percentagesAreReadExactly(text: String, millionths: UInt64?) {
        #expect(FeeRate(percent: text)?.millionths == millionths)
    }

    private static func window(_ entries: [(String, UInt128)]) throws -> [AccountName: Work] {
        try Dictionary(uniqueKeysWithValues: entries.map { (try #require(AccountName($0.0)), Work(hashes: $0.1)) })
    }

    private static func randomWindow(_ random: inout SeededGenerator) throws -> [AccountName: Work] {
        let count = Int.random(in: 1...40, using: &random)
        let largest: UInt128 = Bool.random(using: &random) ? 5 : UInt128.max / 50
        return try window((0..<count).map { ("account\($0)", UInt128.random(in: 1...largest, using: &random)) })
    }
}
