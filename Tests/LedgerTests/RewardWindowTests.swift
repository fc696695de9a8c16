import Ledger
import MiningDomain
import Testing

@Suite struct RewardWindowTests {
    @Test func theOldestShareCountsInPart() throws {
        let alice = try #require(AccountName("alice"))
        let bob = try #require(AccountName("bob"))
        var window = RewardWindow(size: Work(hashes: 10))
        window.take(Work(hashes: 4), of: alice)
        #expect(!window.isFull)
        window.take(Work(hashes: 5), of: bob)
        window.take(Work(hashes: 8), of: alice)
        #expect(window.isFull)
        window.take(Work(hashes: 8), of: bob)
        #expect(window.work == [alice: Work(hashes: 5), bob: Work(hashes: 5)])
    }

    @Test(arguments: UInt64(1)...50)
    func aWindowHoldsItsSizeOrAllThereIs(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let accounts = try ["a", "b", "c"].map { try #require(AccountName($0)) }
        let shares = (0..<100).map { _ in
            (accounts[.random(in: 0..<3, using: &random)], UInt128.random(in: 1...50, using: &random))
        }
        let size = UInt128.random(in: 1...4_000, using: &random)
        var window = RewardWindow(size: Work(hashes: size))
        for (account, work) in shares { window.take(Work(hashes: work), of: account) }
        let all = shares.reduce(0) { $0 + $1.1 }
        #expect(window.work.values.reduce(0) { $0 + $1.hashes } == min(size, all))
        #expect(window.isFull == (all >= size))
    }

    @Test(
        arguments: [
            ("2", 100, 200), ("0.5", 3, 2), ("0.000001", 1, 1), ("1000000", 2, 2_000_000), ("1.5", 3, 5),
            ("18446744073709.551615", UInt128.max, UInt128.max),
        ] as [(String, UInt128, UInt128)]
    )
    func theWindowIsSoManyBlocksOfWork(factor: String, networkWork: UInt128, expected: UInt128) throws {
        let factor = try #require(WindowFactor(factor))
        #expect(factor.window(networkWork: Work(hashes: networkWork)).hashes == expected)
    }

    @Test(arguments: ["0", "0.0000001", "", "-1", "two", "1.0000000"])
    func factorsThatAreNone(text: String) {
        #expect(WindowFactor(text) == nil)
    }
}
