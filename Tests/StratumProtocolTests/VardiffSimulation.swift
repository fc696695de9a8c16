import Foundation
import MiningDomain
import StratumProtocol
import TestSupport

/// One miner and the pool's vardiff, by events on a clock of their own: finds, arrivals, looks at the clock, jobs.
///
/// The times between finds are exponential, as they are for real hashing. A found share takes `latencyMs` to arrive, and a new
/// difficulty as long to reach the miner.
struct VardiffSimulation {
    struct Change {
        let ms: Double
        let difficulty: Difficulty
        let isUrgent: Bool
    }

    /// No connection carries more, in shares a millisecond.
    private static let sharesAMsMax = 10.0
    private static let tickMs = 2_000.0
    private static let jobMs = 30_000.0

    let settings: VardiffSettings
    let hashesAtOne: Double
    var latencyMs = 100.0
    /// In hashes per second; zero sleeps.
    var hashrate: Double {
        didSet { sampleFind() }
    }
    /// While this is true, what the miner finds stays in its network and arrives at once later.
    var isStalled = false

    private(set) var vardiff: Vardiff
    private(set) var nowMs = 0.0
    private(set) var changes: [Change] = []
    /// When shares arrived.
    private(set) var arrivals: [Double] = []
    /// When, since the start, the rate that luck would not change was out of a factor 2, and out of 10 to 20 a minute.
    private(set) var lastFarMs = 0.0
    private(set) var lastOutsideMs = 0.0

    private var random: SeededGenerator
    private var mined: Difficulty
    private var mining: [(ms: Double, difficulty: Difficulty)] = []
    private var underway: [(ms: Double, difficulty: Difficulty)] = []
    private var underwayStart = 0
    private var findMs = Double.infinity
    private var nextTickMs = VardiffSimulation.tickMs
    private var nextJobMs = VardiffSimulation.jobMs

    init(
        _ settings: VardiffSettings,
        hashesAtOne: Double,
        hashrate: Double,
        seed: UInt64,
        options: PasswordOptions = .none
    ) {
        self.settings = settings
        self.hashesAtOne = hashesAtOne
        self.hashrate = hashrate
        random = SeededGenerator(seed: seed)
        vardiff = Vardiff(settings, options: options, nowMs: 0)
        mined = vardiff.difficulty
        sampleFind()
    }

    /// Shares a minute, without luck, at the difficulty in force.
    var expectedRate: Double { rate(vardiff.difficulty) * 60_000 }

    /// The difficulty that is right for the hash rate.
    var ideal: Double { hashrate * 4 / hashesAtOne }

    mutating func run(untilMs end: Double) {
        while true {
            let arrival = !isStalled && underwayStart < underway.count ? underway[underwayStart].ms : .infinity
            let switching = mining.first?.ms ?? .infinity
            let next = min(findMs, arrival, switching, nextTickMs, nextJobMs)
            guard next <= end else { break }
            nowMs = max(nowMs, next)
            if next == switching {
                mined = mining.removeFirst().difficulty
                sampleFind()
            } else if next == findMs {
                underway.append((nowMs + latencyMs, mined))
                sampleFind()
            } else if next == arrival {
                arrive()
            } else if next == nextJobMs {
                nextJobMs += Self.jobMs
                if case .change(let difficulty, let isUrgent) = vardiff.tick(nowMs: clock, settings) {
                    adopt(difficulty, isUrgent)
                }
            } else {
                nextTickMs += Self.tickMs
                act(on: vardiff.tick(nowMs: clock, settings))
            }
            note()
        }
        nowMs = end
    }

    /// Arrivals per minute in each window of `minutes` from `start` on, as long as whole windows are left.
    func rates(fromMs start: Double, minutes: Double) -> [Double] {
        let count = Int((nowMs - start) / (minutes * 60_000))
        var rates = [Double](repeating: 0, count: count)
        for arrival in arrivals where arrival >= start {
            let window = Int((arrival - start) / (minutes * 60_000))
            if window < count { rates[window] += 1 / minutes }
        }
        return rates
    }

    private var clock: UInt64 { UInt64(nowMs) }

    private mutating func arrive() {
        let found = underway[underwayStart].difficulty
        underwayStart += 1
        if underwayStart > 10_000 {
            underway.removeFirst(underwayStart)
            underwayStart = 0
        }
        arrivals.append(nowMs)
        act(on: vardiff.share(foundAt: found, nowMs: clock, settings))
    }

    private mutating func act(on advice: Vardiff.Advice) {
        guard case .change(let difficulty, isUrgent: true) = advice else { return }
        adopt(difficulty, true)
    }

    private mutating func adopt(_ difficulty: Difficulty, _ isUrgent: Bool) {
        vardiff.adopt(difficulty, nowMs: clock, settings)
        changes.append(Change(ms: nowMs, difficulty: difficulty, isUrgent: isUrgent))
        mining.append((nowMs + latencyMs, difficulty))
    }

    private mutating func note() {
        let rate = expectedRate
        if rate < 7.5 || rate > 30 { lastFarMs = nowMs }
        if rate < 10 || rate > 20 { lastOutsideMs = nowMs }
    }

    private func rate(_ difficulty: Difficulty) -> Double {
        hashrate / (Double(difficulty.scaled) / Double(Difficulty.scale) * hashesAtOne) / 1_000
    }

    /// Forgetful as hashing is: drawn again whenever something changes.
    private mutating func sampleFind() {
        let rate = min(rate(mined), Self.sharesAMsMax)
        findMs = rate > 0 ? nowMs - log(Double.random(in: 0x1p-53..<1, using: &random)) / rate : .infinity
    }
}
