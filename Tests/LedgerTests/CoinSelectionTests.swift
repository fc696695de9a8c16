import Ledger
import MiningDomain
import Testing

@Suite struct CoinSelectionTests {
    private static func coins(_ units: [UInt64], inputSize: UInt64 = 68) -> [CoinSelection.Coin] {
        units.map { CoinSelection.Coin(amount: Amount(units: $0), inputSize: inputSize) }
    }

    private static func need(
        _ units: UInt64,
        rate: UInt64 = 1_000,
        feeIsWithin: Bool = false
    ) -> CoinSelection.Need {
        CoinSelection.Need(
            amount: Amount(units: units),
            size: 11 + 31,
            changeSize: 31,
            changeMin: Amount(units: 300),
            rate: NetworkFeeRate(units: rate),
            feeIsWithin: feeIsWithin
        )
    }

    @Test func theLargestCoinsComeFirstAndTheRestComesBack() throws {
        let selection = try CoinSelection.choose(
            from: Self.coins([500, 90_000, 40_000, 90_000]),
            for: Self.need(100_000)
        )
        #expect(selection.places == [1, 3])
        #expect(selection.fee.units == 11 + 31 + 31 + 2 * 68)
        #expect(selection.change?.units == 180_000 - 100_000 - 209)
        #expect(selection.excess == .zero)
    }

    @Test func tooLittleToComeBackGoesToTheNetwork() throws {
        let selection = try CoinSelection.choose(from: Self.coins([100_400]), for: Self.need(100_000))
        #expect((selection.fee.units, selection.excess.units) == (110, 290))
        #expect(selection.change == nil)
        let exact = try CoinSelection.choose(from: Self.coins([100_110]), for: Self.need(100_000))
        #expect((exact.fee.units, exact.excess.units) == (110, 0))
    }

    @Test func aFeeWithinIsNotPaidOnTop() throws {
        let need = Self.need(100_000, feeIsWithin: true)
        let exact = try CoinSelection.choose(from: Self.coins([100_000]), for: need)
        #expect((exact.fee.units, exact.excess.units) == (110, 0))
        #expect(exact.change == nil)
        let more = try CoinSelection.choose(from: Self.coins([150_000]), for: need)
        #expect((more.fee.units, more.change?.units) == (141, 50_000))
    }

    @Test func whatIsMissingIsNamedAndCoinsThatCostMoreThanTheyBringAreLeft() throws {
        #expect(throws: CoinSelection.Failure.insufficient(available: Amount(units: 900), needed: Amount(units: 1_178)))
        {
            try CoinSelection.choose(from: Self.coins([400, 500, 68]), for: Self.need(1_000))
        }
        #expect(throws: CoinSelection.Failure.insufficient(available: .zero, needed: Amount(units: 1_042))) {
            try CoinSelection.choose(from: [], for: Self.need(1_000))
        }
    }

    @Test func oneTransactionTakesNoMoreCoinsThanItMay() throws {
        let many = [UInt64](repeating: 1_000, count: CoinSelection.coinCountMax + 1)
        #expect(throws: CoinSelection.Failure.tooManyCoins) {
            try CoinSelection.choose(from: Self.coins(many), for: Self.need(190_000))
        }
        let selection = try CoinSelection.choose(from: Self.coins(many), for: Self.need(180_000))
        #expect(selection.places.count <= CoinSelection.coinCountMax)
    }

    @Test(arguments: UInt64(1)...300)
    func coinsAreFeeAndChangeAndWhatIsPaid(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let coins = (0..<Int.random(in: 1...40, using: &random)).map { _ in
            CoinSelection.Coin(
                amount: Amount(units: .random(in: 1...100_000, using: &random)),
                inputSize: [58, 68, 91, 149][Int.random(in: 0..<4, using: &random)]
            )
        }
        let need = Self.need(
            .random(in: 1...1_000_000, using: &random),
            rate: .random(in: 0...100_000, using: &random),
            feeIsWithin: .random(using: &random)
        )
        guard let selection = try? CoinSelection.choose(from: coins, for: need) else { return }
        let total = selection.places.reduce(UInt64(0)) { $0 + coins[$1].amount.units }
        let outside = need.feeIsWithin ? 0 : selection.fee.units
        #expect(
            total == need.amount.units + outside + selection.excess.units + (selection.change?.units ?? 0),
            "seed \(seed)"
        )
        let size =
            selection.places.reduce(need.size) { $0 + coins[$1].inputSize }
            + (selection.change == nil ? 0 : need.changeSize)
        #expect(selection.fee == need.rate.fee(virtualSize: size), "seed \(seed)")
        #expect(selection.change.map { $0 >= need.changeMin } ?? true, "seed \(seed)")
        #expect(Set(selection.places).count == selection.places.count, "seed \(seed)")
    }
}
