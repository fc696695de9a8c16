import Ledger
import MiningDomain
import Testing

@Suite struct BlockTransfersTests {
    private static let block = BlockTransfers(block: "b")

    @Test func aCreditMaturesAndIsTakenBackUnitForUnit() throws {
        let credits = Self.block.credit(try Self.split(reward: 101, ["a": 2, "b": 1]), round: 3)
        #expect(Set(credits.map(\.reference)) == ["b/3"])
        let books = Books(credits)
        #expect(books.balances == ["a/immature": 67, "b/immature": 33, "/fee": 1, "/chain": -101])
        let matured = books.after(Self.block.mature(credits, round: 3))
        #expect(matured.balances == ["a/confirmed": 67, "b/confirmed": 33, "/fee": 1, "/chain": -101])
        #expect(books.after(Self.block.reverseImmature(credits, round: 3)).balances == [:])
        let held: [AccountName: Int64] = [try Self.name("a"): 67, try Self.name("b"): 400]
        let (reversal, debt) = Self.block.reverseConfirmed(credits, round: 3, held: held)
        #expect(debt == .zero)
        #expect(matured.after(reversal).balances == [:])
    }

    @Test func creditedAgainIsTheSameInAnotherRound() throws {
        let credits = Self.block.credit(try Self.split(reward: 101, ["a": 2, "b": 1]), round: 1)
        let again = Self.block.again(credits, round: 2)
        #expect(Books(again).balances == Books(credits).balances)
        #expect(Set(again.map(\.reference)) == ["b/2"])
    }

    @Test(arguments: [(0, 67), (1, 66), (66, 1), (67, 0), (1_000, 0)] as [(Int64, UInt64)])
    func whatAMinerNoLongerHasItOwes(held: Int64, missing: UInt64) throws {
        let credits = Self.block.credit(try Self.split(reward: 101, ["a": 2, "b": 1]), round: 1)
        let balances: [AccountName: Int64] = [try Self.name("a"): held, try Self.name("b"): 33]
        let (reversal, debt) = Self.block.reverseConfirmed(credits, round: 1, held: balances)
        #expect(debt.units == missing)
        let books = Books(reversal).balances
        #expect(books["/chain"] == 101)
        #expect(books["/fee"] == -1)
        #expect(books["a/confirmed"] ?? 0 == Int64(missing) - 67)
        #expect(books["a/debt"] ?? 0 == -Int64(missing))
    }

    @Test(arguments: [(0, 0), (-1, 1), (-66, 66), (-67, 67), (-500, 67)] as [(Int64, UInt64)])
    func whatIsOwedIsTakenFromWhatMatures(debt: Int64, taken: UInt64) throws {
        let credits = Self.block.credit(try Self.split(reward: 101, ["a": 2, "b": 1]), round: 1)
        let matured = Self.block.mature(credits, round: 1)
        let recovery = DebtRecovery.transfers(after: matured, debts: [try Self.name("a"): debt])
        let books = Books(credits).after(matured).after(recovery).balances
        #expect(books["a/confirmed"] ?? 0 == 67 - Int64(taken))
        #expect(books["a/debt"] ?? 0 == Int64(taken))
        #expect(books["b/confirmed"] == 33)
    }

    private static func name(_ text: String) throws -> AccountName {
        try #require(AccountName(text))
    }

    private static func split(reward: UInt64, _ work: [String: UInt128]) throws -> RewardSplit {
        var window: [AccountName: Work] = [:]
        for (account, hashes) in work { window[try name(account)] = Work(hashes: hashes) }
        return RewardSplit(
            reward: Amount(units: reward),
            rate: try #require(FeeRate(percent: "1")),
            window: window,
            finder: nil
        )
    }
}

/// What a list of transfers comes to, by "owner/bucket"; nothing for a balance of zero.
private struct Books {
    let balances: [String: Int64]

    init(_ transfers: [Transfer], after earlier: [String: Int64] = [:]) {
        var balances = earlier
        for transfer in transfers {
            balances[Self.name(transfer.debit), default: 0] -= Int64(transfer.amount.units)
            balances[Self.name(transfer.credit), default: 0] += Int64(transfer.amount.units)
        }
        self.balances = balances.filter { $0.value != 0 }
    }

    func after(_ transfers: [Transfer]) -> Books { Books(transfers, after: balances) }

    private static func name(_ account: LedgerAccount) -> String {
        "\(account.owner?.description ?? "")/\(account.bucket.rawValue)"
    }
}
