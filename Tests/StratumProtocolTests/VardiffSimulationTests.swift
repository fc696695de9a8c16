import MiningDomain
import StratumProtocol
import Testing

/// What the vardiff promises, for seeded miners on a clock of their own.
///
/// Rates are counted over 30 minutes: 450 shares at the wanted rate, so that a window outside 10 to 20 a minute is more than
/// six standard deviations of luck away. "Without luck" is the rate that hash rate and difficulty give.
@Suite struct VardiffSimulationTests {
    /// Hashes that difficulty 1 takes.
    private static let scrypt = 65_536.0
    private static let sha256d = 4_294_967_296.0
    private static let minuteMs = 60_000.0
    private static let hourMs = 3_600_000.0
    private static let hashrates = [1e3, 1e5, 1e7, 1e9, 1e12, 1e14]

    private static func settings(start: Double) throws -> VardiffSettings {
        VardiffSettings(
            bounds: try #require(Difficulty(scaled: 1))...(try #require(Difficulty(scaled: .max))),
            start: try #require(Difficulty(scaled: UInt64(min(max(start * 1e9, 1), 1.8e19))))
        )
    }

    /// A miner for whom the start is too easy by `factor`, or too hard by its inverse.
    private static func simulation(
        factor: Double,
        hashrate: Double = 1e8,
        hashesAtOne: Double = scrypt,
        seed: UInt64
    ) throws -> VardiffSimulation {
        VardiffSimulation(
            try settings(start: hashrate * 4 / hashesAtOne / factor),
            hashesAtOne: hashesAtOne,
            hashrate: hashrate,
            seed: seed
        )
    }

    /// Settled: without luck within a factor of two of the wanted rate, and never out of it again for ten minutes.
    @Test(
        arguments: [(1e3, 100, 60), (1e6, 100, 60), (1e-3, 90, 60), (1e-6, 90, 60), (1e-3, 100, 180), (1e-6, 100, 180)]
            as [(Double, Int, Double)]
    )
    func anyStartSettlesWithinAMinute(factor: Double, percent: Int, seconds: Double) throws {
        var settledCount = 0
        for seed in 0..<100 as Range<UInt64> {
            var simulation = try Self.simulation(factor: factor, seed: seed)
            simulation.run(untilMs: 10 * Self.minuteMs)
            if simulation.lastFarMs <= seconds * 1_000 { settledCount += 1 }
            #expect(simulation.changes.count <= 12, "seed \(seed)")
        }
        #expect(settledCount >= percent, "of 100")
    }

    @Test(arguments: hashrates, [scrypt, sha256d]) func aDayIsSteady(hashrate: Double, hashesAtOne: Double) throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            var simulation = try Self.simulation(
                factor: [100, 1, 0.01][Int(seed) - 1],
                hashrate: hashrate,
                hashesAtOne: hashesAtOne,
                seed: seed &* UInt64(hashrate.bitPattern >> 32)
            )
            simulation.run(untilMs: 24 * Self.hourMs)
            let rates = simulation.rates(fromMs: Self.hourMs / 2, minutes: 30)
            let late = simulation.changes.filter { $0.ms > Self.hourMs / 2 }
            #expect(rates.count == 47)
            #expect(rates.allSatisfy { (10...20).contains($0) }, "seed \(seed): \(rates)")
            #expect(late.count <= 12, "seed \(seed)")
            #expect(late.allSatisfy { !$0.isUrgent }, "seed \(seed)")
            let difficulties = late.map { Double($0.difficulty.scaled) }
            for (earlier, later) in zip(difficulties, difficulties.dropFirst()) {
                #expect(max(later / earlier, earlier / later) <= 1.35, "seed \(seed)")
            }
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func aMinerMayBecomeTenTimesFasterOrSlower(seed: UInt64) throws {
        var simulation = try Self.simulation(factor: 1, hashrate: 1e9, seed: seed)
        simulation.run(untilMs: 20 * Self.minuteMs)
        for factor in [10, 0.1, 0.1, 10] {
            let beginMs = simulation.nowMs
            simulation.hashrate *= factor
            simulation.run(untilMs: beginMs + 60 * Self.minuteMs)
            #expect(simulation.lastFarMs - beginMs < 5 * Self.minuteMs, "times \(factor)")
            #expect(simulation.changes.filter { $0.ms > beginMs }.count <= 10, "times \(factor)")
            let rates = simulation.rates(fromMs: beginMs + 30 * Self.minuteMs, minutes: 30)
            #expect(rates.allSatisfy { (10...20).contains($0) }, "times \(factor): \(rates)")
        }
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func aNetworkThatHoldsSharesBackChangesNothing(seed: UInt64) throws {
        var simulation = try Self.simulation(factor: 1, seed: seed)
        simulation.run(untilMs: 30 * Self.minuteMs)
        for _ in 0..<40 {
            simulation.isStalled = true
            simulation.run(untilMs: simulation.nowMs + 25_000)
            simulation.isStalled = false
            simulation.run(untilMs: simulation.nowMs + 120_000)
        }
        let late = simulation.changes.filter { $0.ms > 30 * Self.minuteMs }
        #expect(late.count <= 4)
        #expect(late.allSatisfy { !$0.isUrgent })
        #expect((10...20).contains(simulation.expectedRate))
    }

    @Test(arguments: 0..<10 as Range<UInt64>) func aSleeperIsKnownWhenItWakes(seed: UInt64) throws {
        var simulation = try Self.simulation(factor: 1, hashrate: 1e12, seed: seed)
        simulation.run(untilMs: 30 * Self.minuteMs)
        let awake = simulation.vardiff.difficulty
        simulation.hashrate = 0
        simulation.run(untilMs: 8 * Self.hourMs)
        #expect(simulation.changes.filter { $0.ms > 30 * Self.minuteMs }.count <= 4)
        #expect(simulation.vardiff.difficulty.scaled >= awake.scaled / 101)
        let wokeMs = simulation.nowMs
        let shareCount = simulation.arrivals.count
        simulation.hashrate = 1e12
        simulation.run(untilMs: wokeMs + Self.minuteMs)
        #expect(simulation.arrivals.count - shareCount < 250)
        simulation.run(untilMs: wokeMs + 20 * Self.minuteMs)
        #expect(simulation.lastFarMs - wokeMs < 90_000)
    }
}
