import Ledger
import MiningDomain
import Testing

@Suite struct FeeTests {
    private static func fees(_ estimate: UInt64?, minimum: UInt64 = 1_000) -> NetworkFees {
        NetworkFees(
            estimate: estimate.map(NetworkFeeRate.init),
            minimum: NetworkFeeRate(units: minimum),
            increment: NetworkFeeRate(units: 1_000)
        )
    }

    @Test func aRateIsKeptBetweenFloorAndCeiling() {
        let policy = FeePolicy(floor: NetworkFeeRate(units: 2_000), ceiling: NetworkFeeRate(units: 50_000))
        for (estimate, minimum, rate) in [
            (nil, 1_000, 2_000), (1_500, 1_000, 2_000), (30_000, 1_000, 30_000), (90_000, 1_000, 50_000),
            (nil, 40_000, 40_000), (3_000, 50_000, 50_000), (3_000, 50_001, nil),
        ] as [(UInt64?, UInt64, UInt64?)] {
            #expect(policy.rate(Self.fees(estimate, minimum: minimum))?.units == rate)
        }
    }

    @Test func aFeeIsRoundedUpAndNeverOverflows() {
        for (rate, size, fee) in [
            (1_000, 203, 203), (1_001, 203, 204), (999, 1, 1), (0, 500, 0), (30_000, 182, 5_460),
            (.max, 2, .max),
        ] as [(UInt64, UInt64, UInt64)] {
            #expect(NetworkFeeRate(units: rate).fee(virtualSize: size).units == fee)
        }
    }

    private static func waiting(
        fee: UInt64 = 1_000,
        size: UInt64 = 1_000,
        change: UInt64? = 1_000_000,
        blocks: UInt32 = 6,
        raises: Int = 0
    ) -> FeeRaise.Waiting {
        FeeRaise.Waiting(
            fee: Amount(units: fee),
            virtualSize: size,
            change: change.map(Amount.init(units:)),
            changeMin: Amount(units: 300),
            blocksWaited: blocks,
            raiseCount: raises
        )
    }

    private static let raises: [(String, FeeRaise.Waiting, UInt64?, FeeRaise)] = [
        ("not yet", waiting(blocks: 5), nil, .wait),
        ("half as much again is less than the increment", waiting(), nil, .raise(fee: 2_000, change: 999_000)),
        ("half as much again", waiting(fee: 10_000), nil, .raise(fee: 15_000, change: 995_000)),
        ("what the node estimates", waiting(), 7_000, .raise(fee: 7_000, change: 994_000)),
        ("no more than the ceiling", waiting(fee: 40_000), nil, .raise(fee: 50_000, change: 990_000)),
        ("at the ceiling", waiting(fee: 49_500), nil, .impossible(.ceilingReached)),
        ("often enough", waiting(raises: 5), nil, .impossible(.countReached)),
        ("nothing to take it from", waiting(change: nil), nil, .impossible(.noChange)),
        ("all of the change", waiting(change: 1_200), nil, .raise(fee: 2_200, change: nil)),
        ("too little change", waiting(change: 999), nil, .impossible(.noChange)),
        ("as much as leaves no dust", waiting(fee: 48_000, change: 2_250), nil, .raise(fee: 49_950, change: 300)),
        ("an earlier release's", waiting(size: 0), nil, .impossible(.notReplaceable)),
    ]

    @Test func aWaitingPayoutIsOfferedMoreOutOfItsChange() {
        let policy = FeePolicy(floor: NetworkFeeRate(units: 1_000), ceiling: NetworkFeeRate(units: 50_000))
        for (what, waiting, estimate, decision) in Self.raises {
            #expect(FeeRaise.decide(waiting, policy, Self.fees(estimate)) == decision, "\(what)")
        }
        let never = FeePolicy(raiseAfterBlocks: 0)
        #expect(FeeRaise.decide(Self.waiting(blocks: 1_000), never, Self.fees(nil)) == .wait)
    }

    /// Whatever the numbers are, coins in are outputs and fee and change out, and the fee is one that may be.
    @Test(arguments: UInt64(1)...300)
    func aRaiseMakesAndLosesNoMoney(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let policy = FeePolicy(
            ceiling: NetworkFeeRate(units: .random(in: 1_000...100_000, using: &random)),
            feeMax: Amount(units: .random(in: 1...1_000_000, using: &random))
        )
        let waiting = Self.waiting(
            fee: .random(in: 0...200_000, using: &random),
            size: .random(in: 1...20_000, using: &random),
            change: .random(in: 1...300_000, using: &random)
        )
        let fees = Self.fees(.random(in: 1...100_000, using: &random))
        guard case .raise(let fee, let change) = FeeRaise.decide(waiting, policy, fees) else { return }
        #expect(fee.units + (change?.units ?? 0) == waiting.fee.units + (waiting.change?.units ?? 0), "seed \(seed)")
        #expect(fee > waiting.fee, "seed \(seed)")
        #expect(fee.units >= waiting.fee.units + fees.increment.fee(virtualSize: waiting.virtualSize).units)
        #expect(fee <= policy.feeMax, "seed \(seed)")
        #expect(fee <= policy.ceiling.fee(virtualSize: waiting.virtualSize), "seed \(seed)")
        #expect(change.map { $0 >= waiting.changeMin } ?? true, "seed \(seed)")
    }

    @Test func minersBearAFeeInProportionExactly() throws {
        let outputs = try [("a", UInt64(5_000)), ("b", 3_000), ("c", 2_000)].map {
            AccountAmount(try #require(AccountName($0.0)), Amount(units: $0.1))
        }
        let parts = try #require(FeeShare.parts(of: 1_000, among: outputs))
        #expect(outputs.map { parts[$0.account] } == [500, 300, 200])
        let uneven = try #require(FeeShare.parts(of: 7, among: outputs))
        #expect(uneven.values.reduce(0) { $0 + $1.units } == 7)
        #expect(FeeShare.parts(of: 1_001, among: outputs) == nil)
        #expect(FeeShare.parts(of: .zero, among: outputs) == [:])
    }

    @Test(arguments: UInt64(1)...200)
    func nobodysPartMakesDust(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let dust = Amount(units: .random(in: 1...6_000, using: &random))
        let least = FeeShare.amountMin(dustLimit: dust).units
        let outputs = try (0..<Int.random(in: 1...100, using: &random)).map {
            AccountAmount(
                try #require(AccountName("account\($0)")),
                Amount(units: .random(in: least...least + 50_000, using: &random))
            )
        }
        let total = outputs.reduce(0) { $0 + $1.amount.units }
        let fee = Amount(units: .random(in: 0...total / 10, using: &random))
        let parts = try #require(FeeShare.parts(of: fee, among: outputs))
        #expect(parts.values.reduce(0) { $0 + $1.units } == fee.units, "seed \(seed)")
        for output in outputs {
            #expect(output.amount.units - (parts[output.account]?.units ?? 0) >= dust.units, "seed \(seed)")
        }
    }
}

extension Amount: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: UInt64) {
        self.init(units: value)
    }
}
