import ServiceRuntime
import Synchronization
import TestSupport

/// What everything in a simulation shares.
final class World: Sendable {
    let seed: UInt64
    let chance: Chance
    let stage = Stage()
    let clock = SimulatedClock()
    /// A fault that is put in on purpose, to see that it is noticed.
    let mutation: Mutation?
    /// Whether the database lets two replicas pay at once.
    let isLockBroken: Bool
    let surroundings: Surroundings
    private let odds: Mutex<Odds>
    private let stormyOdds: Odds
    private let journal = Mutex<[String]>([])
    private let isJournalKept: Bool

    init(seed: UInt64, mutation: Mutation? = nil, isLockBroken: Bool = false, isJournalKept: Bool = false) {
        self.seed = seed
        self.mutation = mutation
        self.isLockBroken = isLockBroken
        self.isJournalKept = isJournalKept
        chance = Chance(seed: seed)
        stormyOdds = Odds(chance)
        odds = Mutex(stormyOdds)
        let log = Log(service: "simulation", minimum: .error, clock: clock, sink: Silence())
        surroundings = Surroundings(log: log, metrics: Metrics(), health: Health(), clock: clock)
    }

    /// From now on nothing fails any more.
    func calmDown() { odds.withLock { $0 = .calm } }

    /// Whether nothing fails now.
    var isCalm: Bool { odds.withLock { $0.pauses == 0 } }

    /// From now on things go wrong as often as the seed says.
    func stirUp() { odds.withLock { $0 = stormyOdds } }

    func note(_ line: @autoclosure () -> String) {
        guard isJournalKept else { return }
        let line = line()
        journal.withLock { $0.append(line) }
    }

    var story: [String] { journal.withLock(\.self) }

    /// One call of a part on the world outside it: it may fail, be carried out and not answered, or be the last thing that the
    /// part's process ever did; and others may do much before it and after it.
    func call<Value, Failure: Error>(
        _ life: Life,
        _ name: String,
        refused: Failure,
        lost: Failure,
        _ effect: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let odds = odds.withLock(\.self)
        if chance.happens(oneIn: odds.pauses) { await stage.pause() }
        guard !life.isOver else { throw refused }
        if chance.happens(oneIn: odds.deaths) {
            let isAfter = chance.happens(oneIn: 2)
            if isAfter { _ = try await effect() }
            note("\(life.name) dies \(isAfter ? "after" : "before") \(name)")
            life.end()
            throw lost
        }
        if chance.happens(oneIn: odds.failures) {
            note("\(life.name): \(name) fails")
            throw refused
        }
        let value = try await effect()
        if chance.happens(oneIn: odds.losses) {
            note("\(life.name): \(name) is done, and its answer lost")
            throw lost
        }
        return value
    }

    /// Whether something that a seed makes more or less likely goes wrong now.
    func goesWrong() -> Bool { chance.happens(oneIn: odds.withLock(\.lies)) }
}

/// One in how many; 0: never.
struct Odds: Sendable {
    var pauses = 0
    var deaths = 0
    var failures = 0
    var losses = 0
    var lies = 0

    static let calm = Odds()

    private init() {}

    init(_ chance: Chance) {
        pauses = chance.number(2...6)
        deaths = [0, 20, 60, 200][chance.number(0...3)]
        failures = [0, 15, 60][chance.number(0...2)]
        losses = [0, 15, 60][chance.number(0...2)]
        lies = [0, 6, 25][chance.number(0...2)]
    }
}

/// One process from its start to its death; a dead one reaches nothing any more.
final class Life: Sendable {
    let name: String
    private let state = Mutex(false)

    init(_ name: String) {
        self.name = name
    }

    var isOver: Bool { state.withLock(\.self) }

    func end() { state.withLock { $0 = true } }
}

private struct Silence: LogSink {
    func write(_ line: String) {}
}
