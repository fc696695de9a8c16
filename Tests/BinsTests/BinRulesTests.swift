import Bins
import Testing

@Suite struct BinRulesTests {
    private static let rules = BinRules()
    private static let unit = BinSlice.noncesPerExtranonce2

    /// Measured speed, hint, and last bin's size, with the size that comes of them.
    @Test(
        arguments: [
            (nil, 0, nil, 100_000),  // nothing known
            (nil, 2_000, nil, 10_000),  // a hint
            (nil, .max, nil, 1 << 50),  // an absurd hint
            (nil, 0, 40_000, 40_000),  // still nothing measured
            (100_000, 0, 400_000, 500_000),
            (100_000, 5, 400_000, 500_000),  // measured: the hint is of no interest
            (100_000, 0, 100_000, 400_000),  // four times at most
            (1, 0, 100_000, 5),  // at once far smaller
            (0, 0, 100_000, 1),
            (.max, 0, 1 << 50, 1 << 50),
            (.max, 0, .max, 1 << 50),
            (858_993_460, 0, 1 << 40, 4_294_967_296),  // a little above one extranonce2: one
            (3_000_000_000, 0, 1 << 40, 3 << 32),  // whole ones
        ] as [(UInt64?, UInt64, UInt64?, UInt64)]
    )
    func size(hashrate: UInt64?, hint: UInt64, lastSize: UInt64?, expected: UInt64) {
        #expect(Self.rules.size(hashrate: hashrate, hint: hint, lastSize: lastSize) == expected)
    }

    @Test(
        arguments: [
            (nil, 60_000), (0, 30_000), (5_000, 30_000), (20_000, 120_000), (1_000_000, 600_000), (.max, 600_000),
        ]
            as [(UInt64?, UInt64)]
    )
    func lifetime(expectedMs: UInt64?, lifetimeMs: UInt64) {
        #expect(Self.rules.lifetimeMs(expectedMs: expectedMs) == lifetimeMs)
    }

    @Test func absurdRulesDoNoHarm() {
        var rules = BinRules()
        rules.targetMs = .max
        rules.growthMax = 0
        rules.sizeMin = 0
        #expect(rules.size(hashrate: .max, hint: 0, lastSize: 0) == 1)
        rules.targetMs = 0
        #expect(rules.size(hashrate: 5, hint: 0, lastSize: nil) == 1)
    }
}

@Suite struct SpeedEstimateTests {
    @Test func nothingIsKnownAtFirst() {
        #expect(SpeedEstimate().hashrate == nil)
    }

    @Test func noTimeIsNoDivisionByZero() {
        var speed = SpeedEstimate()
        speed.add(hashes: 1_000, elapsedMs: 0, targetMs: 5_000)
        #expect(speed.hashrate == 1_000_000)
        speed = SpeedEstimate()
        speed.add(hashes: 0, elapsedMs: 0, targetMs: 0)
        #expect(speed.hashrate == 1)
        speed.add(hashes: .max, elapsedMs: 1, targetMs: 5_000)
        speed.add(hashes: .max, elapsedMs: 1, targetMs: 5_000)
        #expect(speed.hashrate != nil)
    }

    @Test func noiseEvensOut() throws {
        var speed = SpeedEstimate()
        for factor: UInt64 in [80, 120, 90, 110, 100, 95, 105, 100] {
            speed.add(hashes: 5_000 * factor, elapsedMs: 5_000, targetMs: 5_000)
        }
        #expect(speed.hashrate == 100_000)
    }

    @Test func aClientThatBecameSlowIsBelievedAtOnce() throws {
        var speed = SpeedEstimate()
        for _ in 0..<8 { speed.add(hashes: 500_000, elapsedMs: 5_000, targetMs: 5_000) }
        speed.add(hashes: 500_000, elapsedMs: 50_000, targetMs: 5_000)
        #expect(speed.hashrate == 10_000)
        speed.limit(hashes: 50_000, elapsedMs: 50_000)
        #expect(speed.hashrate == 1_000)
        speed.limit(hashes: 1_000_000, elapsedMs: 1_000)
        #expect(speed.hashrate == 1_000)
    }

    @Test func manySmallReportsMeasureLikeOneLargeOne() {
        var speed = SpeedEstimate()
        for step in 0..<1_000 {
            speed.add(hashes: step.isMultiple(of: 2) ? 2_000 : 0, elapsedMs: 10, targetMs: 5_000)
        }
        #expect((99_000...101_000).contains(speed.hashrate ?? 0))
    }
}
