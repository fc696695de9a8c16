import Ledger
import MiningDomain
import Testing

/// What holds of every split, tried on many that a seed decides.
///
/// Quotas: an account's exact part is its quota; it gets the quota rounded down, or one unit more.
@Suite struct SplitPropertyTests {
    private static let seeds = UInt64(1)...2_000

    /// Every unit goes somewhere, whatever the scheme, the fee, the reward and the shares.
    @Test func everySplitIsExact() throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let shares = try Self.shares(&random)
            let rate = try #require(FeeRate(millionths: .random(in: 0...1_000_000, using: &random)))
            let reward = Self.reward(&random)
            for name in RewardScheme.Name.allCases {
                let weights = try Self.weights(name, shares, &random)
                let finder = Bool.random(using: &random) ? shares.last?.account : nil
                let split = RewardSplit(reward: reward, rate: rate, window: weights, finder: finder)
                let paid = split.parts.reduce(UInt128(split.fee.units)) { $0 + UInt128($1.amount.units) }
                #expect(paid == UInt128(reward.units), "seed \(seed), \(name)")
                #expect(split.fee == (split.parts.isEmpty ? reward : rate.fee(on: reward)), "seed \(seed), \(name)")
                #expect(split.parts.allSatisfy { $0.amount > .zero }, "seed \(seed), \(name)")
                guard name == .solo, finder != nil, split.fee < reward else { continue }
                #expect(split.parts.map(\.account) == [try #require(finder)], "seed \(seed)")
            }
        }
    }

    /// The same shares in any order, or added up in slices first, give every account the same.
    @Test func theOrderOfSharesDecidesNothing() throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let shares = try Self.shares(&random)
            let reward = Self.reward(&random)
            let expected = Apportionment.parts(of: reward, by: Self.sums(shares))
            #expect(
                Apportionment.parts(of: reward, by: Self.sums(shares.shuffled(using: &random))) == expected,
                "seed \(seed)"
            )
            let cut = Int.random(in: 0...shares.count, using: &random)
            let slices = Self.sums(Array(shares.prefix(cut)))
                .merging(Self.sums(Array(shares.dropFirst(cut)))) { Work(hashes: $0.hashes + $1.hashes) }
            #expect(Apportionment.parts(of: reward, by: slices) == expected, "seed \(seed)")
        }
    }

    /// Within one split: more work never gets less, and equal work differs by one unit at most, for who is first in order.
    @Test func moreWorkNeverGetsLess() throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let work = Self.sums(try Self.shares(&random))
            let parts = Self.parts(of: Self.reward(&random), work)
            let ordered = work.keys.sorted()
            for (one, other) in zip(ordered, ordered.dropFirst()) {
                let (first, second) = (parts[one] ?? 0, parts[other] ?? 0)
                switch (work[one]?.hashes ?? 0, work[other]?.hashes ?? 0) {
                case let (left, right) where left > right: #expect(first >= second, "seed \(seed)")
                case let (left, right) where left < right: #expect(first <= second, "seed \(seed)")
                case _: #expect(first == second || first == second + 1, "seed \(seed)")
                }
            }
        }
    }

    /// Who does more work, all others as before, never gets less for it.
    ///
    /// Somebody else may gain by it, one unit at most: largest remainders promise no more.
    @Test func additionalWorkNeverCosts() throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            var work = Self.sums(try Self.shares(&random))
            let reward = Self.reward(&random)
            let before = Self.parts(of: reward, work)
            let diligent = try #require(work.keys.sorted().randomElement(using: &random))
            work[diligent] = Work(hashes: (work[diligent]?.hashes ?? 0) + .random(in: 1...1_000, using: &random))
            let after = Self.parts(of: reward, work)
            #expect(after[diligent] ?? 0 >= before[diligent] ?? 0, "seed \(seed)")
            for other in work.keys where other != diligent {
                #expect(after[other] ?? 0 <= (before[other] ?? 0) + 1, "seed \(seed)")
            }
        }
    }

    /// A larger reward costs nobody more than one unit.
    @Test func aLargerRewardCostsNobodyMoreThanAUnit() throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let work = Self.sums(try Self.shares(&random))
            let reward = Amount(units: .random(in: 0...1_000_000, using: &random))
            let before = Self.parts(of: reward, work)
            let after = Self.parts(of: Amount(units: reward.units + .random(in: 1...50, using: &random)), work)
            for account in work.keys {
                #expect((after[account] ?? 0) + 1 >= before[account] ?? 0, "seed \(seed)")
            }
        }
    }

    /// Against a count by hand: the units left over go to the largest remainders, ties to the first in order.
    @Test func leftOverUnitsGoToTheLargestRemainders() throws {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: seed)
            let work = Self.sums(try Self.shares(&random))
            let units = UInt64.random(in: 0...1_000_000, using: &random)
            let total = work.values.reduce(UInt128(0)) { $0 + $1.hashes }
            var expected = work.mapValues { UInt64($0.hashes * UInt128(units) / total) }
            let order = work.keys.sorted {
                let left = (work[$0]?.hashes ?? 0) * UInt128(units) % total
                let right = (work[$1]?.hashes ?? 0) * UInt128(units) % total
                return left == right ? $0 < $1 : left > right
            }
            for account in order.prefix(Int(units - expected.values.reduce(0, +))) {
                expected[account, default: 0] += 1
            }
            #expect(Self.parts(of: Amount(units: units), work) == expected.filter { $0.value > 0 }, "seed \(seed)")
        }
    }

    private typealias Share = (account: AccountName, work: Work)

    private static func shares(_ random: inout SeededGenerator) throws -> [Share] {
        let accountCount = Int.random(in: 1...12, using: &random)
        let largest: UInt128 = Bool.random(using: &random) ? 3 : 1 << 60
        return try (0..<Int.random(in: 1...40, using: &random)).map { _ in
            let account = try #require(AccountName("account\(Int.random(in: 0..<accountCount, using: &random))"))
            return (account, Work(hashes: .random(in: 1...largest, using: &random)))
        }
    }

    /// Small ones make ties and empty parts, large ones overflow what is careless.
    private static func reward(_ random: inout SeededGenerator) -> Amount {
        let most: UInt64 = [5, 1_000, 5_000_000_000, .max][Int.random(in: 0..<4, using: &random)]
        return Amount(units: .random(in: 0...most, using: &random))
    }

    private static func weights(
        _ name: RewardScheme.Name,
        _ shares: [Share],
        _ random: inout SeededGenerator
    ) throws -> [AccountName: Work] {
        let factor = try #require(WindowFactor(millionths: .random(in: 1...10_000_000, using: &random)))
        let scheme = try #require(RewardScheme(name, factor: factor))
        switch scheme.span(networkWork: Work(hashes: .random(in: 1...100, using: &random))) {
        case .last(let size):
            var window = RewardWindow(size: size)
            for share in shares.reversed() { window.take(share.work, of: share.account) }
            let counted = window.work.values.reduce(UInt128(0)) { $0 + $1.hashes }
            #expect(counted + window.missing.hashes == size.hashes)
            return window.work
        case .round: return sums(Array(shares.dropFirst(Int.random(in: 0..<shares.count, using: &random))))
        case .nothing: return [:]
        }
    }

    private static func sums(_ shares: [Share]) -> [AccountName: Work] {
        shares.reduce(into: [:]) { sums, share in
            sums[share.account] = Work(hashes: (sums[share.account]?.hashes ?? 0) + share.work.hashes)
        }
    }

    private static func parts(of reward: Amount, _ work: [AccountName: Work]) -> [AccountName: UInt64] {
        Dictionary(
            uniqueKeysWithValues: Apportionment.parts(of: reward, by: work).map { ($0.account, $0.amount.units) }
        )
    }
}
