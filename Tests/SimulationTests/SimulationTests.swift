import Foundation
import TestSupport
import Testing

/// The pool's money in worlds that seeds decide; `SEED=n` replays one, and tells what happened in it.
@Suite struct SimulationTests {
    /// Seeds of an ordinary run; `SEEDS=n` goes through n.
    private static let seedCount = 200
    /// Seeds that are tried until a mutation shows: none needs nearly as many.
    private static let mutantSeedCount = 60

    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test func everythingHoldsAfterEveryStepOfEverySeed() async throws {
        if let seed = Self.setting("SEED") { return try await Self.replay(seed) }
        let first = Self.setting("FIRST_SEED") ?? 1
        let count = Self.setting("SEEDS") ?? UInt64(Self.seedCount)
        var total = Simulation.Tally()
        var failures = 0
        for seed in first..<(first + count) {
            let simulation = try Simulation(seed: seed)
            do {
                try await simulation.run()
            } catch {
                failures += 1
                Issue.record("\(error)")
                guard failures < 10 else { return }
            }
            total.add(simulation.tally)
        }
        // Worlds in which nothing happens show nothing.
        #expect(total.credits > Int(count) * 5)
        #expect(total.reversals > Int(count) / 4)
        #expect(total.payouts > Int(count))
        #expect(total.raises > 0)
        #expect(total.returns > 0)
        #expect(total.signedElsewhere > Int(count) / 4)
        #expect(total.standIns > 0)
        print("\(count) seeds: \(total)")
    }

    private static func replay(_ seed: UInt64) async throws {
        let simulation = try Simulation(seed: seed, isJournalKept: true)
        do {
            try await simulation.run()
        } catch {
            Issue.record("\(error)")
        }
        for line in simulation.world.story { print(line) }
        print("\(simulation.tally)")
    }

    @Test(arguments: [UInt64(1), 2, 3]) func oneSeedIsOneStory(seed: UInt64) async throws {
        var stories: [[String]] = []
        for _ in 0..<2 {
            let simulation = try Simulation(seed: seed, isJournalKept: true)
            try? await simulation.run()
            stories.append(simulation.world.story)
        }
        #expect(stories[0] == stories[1])
        #expect(stories[0].count > 20)
    }

    @Test(arguments: Mutation.allCases) func everyFaultThatIsPutInIsNoticed(_ mutation: Mutation) async throws {
        for seed in 1...UInt64(Self.mutantSeedCount) {
            do {
                try await Simulation(seed: seed, mutation: mutation).run()
            } catch let violation as Violation {
                #expect(violation.invariant == mutation.breaks, "\(violation)")
                return
            }
        }
        Issue.record("\(mutation) goes unnoticed")
    }

    /// The right to pay keeps replicas out of each other's way; that nobody is paid twice does not hang on it.
    @Test func twoWhoPayAtOncePayNobodyTwice() async throws {
        for seed in 1...UInt64(Self.mutantSeedCount) {
            try await Simulation(seed: seed, isLockBroken: true).run()
        }
    }

    @Test func everyInvariantCanFail() {
        let broken = Set(Mutation.allCases.map(\.breaks))
        for invariant in Invariant.allCases { #expect(broken.contains(invariant), "\(invariant)") }
    }
}

extension Simulation.Tally {
    mutating func add(_ other: Simulation.Tally) {
        credits += other.credits
        reversals += other.reversals
        payouts += other.payouts
        shares += other.shares
        raises += other.raises
        returns += other.returns
        signedElsewhere += other.signedElsewhere
        standIns += other.standIns
    }
}
