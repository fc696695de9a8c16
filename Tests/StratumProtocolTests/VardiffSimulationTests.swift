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
            let difficulties = late.map { UInt128($0.difficulty.scaled) }
            for (earlier, later) in zip(difficulties, difficulties.dropFirst()) {
                #expect(max(earlier, later) * 10 <= min(earlier, later) * 13, "seed \(seed)")
            }
        }
    }

    /// What comes over a miner in a day, each at an hour of its own.
    private enum Event {
        /// From then on it has so many times the hash rate.
        case step(Double)
        /// For so many minutes it has so many times the hash rate.
        case burst(Double, minutes: Double)
        /// For so many minutes it finds nothing.
        case silence(minutes: Double)
        /// For so many minutes its network holds shares back, half a minute at a time.
        case stalls(minutes: Double)
    }

    private static let day: [(hour: Double, event: Event)] = [
        (1, .step(0.1)), (3, .burst(20, minutes: 5)), (5, .step(10)), (7, .stalls(minutes: 30)), (9, .step(0.05)),
        (11, .silence(minutes: 10)), (13, .step(20)), (15, .silence(minutes: 240)), (21, .burst(0.02, minutes: 10)),
    ]

    @Test(arguments: hashrates, [scrypt, sha256d])
    func aDayOfStepsAndBurstsAndSilence(hashrate: Double, hashesAtOne: Double) throws {
        var simulation = try Self.simulation(
            factor: 100,
            hashrate: hashrate,
            hashesAtOne: hashesAtOne,
            seed: UInt64(hashrate.bitPattern >> 32)
        )
        for (place, part) in Self.day.enumerated() {
            simulation.run(untilMs: part.hour * Self.hourMs)
            Self.happen(part.event, to: &simulation)
            // Half an hour later it is settled, and stays so until the next one.
            let settledMs = simulation.nowMs + 30 * Self.minuteMs
            let endMs = (place + 1 < Self.day.count ? Self.day[place + 1].hour : 24) * Self.hourMs
            simulation.run(untilMs: endMs)
            let rates = simulation.rates(fromMs: settledMs, minutes: 30)
            let late = simulation.changes.filter { $0.ms > settledMs }
            #expect(!rates.isEmpty && rates.allSatisfy { (10...20).contains($0) }, "after \(part): \(rates)")
            #expect(simulation.lastOutsideMs <= settledMs, "after \(part)")
            #expect(late.count <= 3 && late.allSatisfy { !$0.isUrgent }, "after \(part): \(late)")
        }
    }

    private static func happen(_ event: Event, to simulation: inout VardiffSimulation) {
        let usual = simulation.hashrate
        func go(onFor minutes: Double) { simulation.run(untilMs: simulation.nowMs + minutes * minuteMs) }
        switch event {
        case .step(let factor): simulation.hashrate = usual * factor
        case .burst(let factor, let minutes):
            simulation.hashrate = usual * factor
            go(onFor: minutes)
            simulation.hashrate = usual
        case .silence(let minutes):
            simulation.hashrate = 0
            go(onFor: minutes)
            simulation.hashrate = usual
        case .stalls(let minutes):
            for _ in 0..<Int(minutes) {
                simulation.isStalled = true
                go(onFor: 0.5)
                simulation.isStalled = false
                go(onFor: 0.5)
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
            // Of 800 such changes half are over within a minute, 790 within four and a half, the last within seven.
            #expect(simulation.lastFarMs - beginMs < 7 * Self.minuteMs, "times \(factor)")
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
