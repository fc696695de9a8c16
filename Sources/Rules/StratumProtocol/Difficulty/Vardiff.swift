package import MiningDomain

/// Finds the difficulty at which one miner sends a share every few seconds.
///
/// While it settles it jumps, by powers of ten in silence and by measurement otherwise; settled, it moves in small steps and only
/// when luck does not explain what it sees. Binary fractions decide here what is announced, and nothing else: a share is
/// judged by the exact decimal that was sent.
package struct Vardiff: Hashable, Sendable {
    package enum Advice: Hashable, Sendable {
        case keep
        /// Another difficulty, with the next job; urgent when it is so far off that this should not be waited for.
        case change(Difficulty, isUrgent: Bool)
    }

    /// In force: what was sent last.
    package private(set) var difficulty: Difficulty
    private var floor: Difficulty
    private let isFixed: Bool
    private var isSettling = true
    /// Steps down since the last share.
    private var silentStepCount: UInt8 = 0
    /// Whether no share has come yet.
    private var isSilent = true
    /// Where the miner's last shares were measured, by which a sleeper is remembered.
    private var settled: Difficulty?
    private var lastShareMs: UInt64
    /// The present measurement: its beginning, and its shares.
    private var startMs: UInt64
    private var shares = 0.0
    /// Past measurements at the same difficulty.
    private var pastMs = 0.0
    private var pastShares = 0.0

    /// - Parameters:
    ///   - settings: The pool's.
    ///   - options: What the password asks for; read within the settings' bounds.
    ///   - floor: No easier than this either, unless the options fix the difficulty; at most the settings' hardest counts.
    ///   - nowMs: By a clock that does not go backwards.
    package init(
        _ settings: VardiffSettings,
        options: PasswordOptions = .none,
        floor: Difficulty? = nil,
        nowMs: UInt64
    ) {
        isFixed = options.fixed != nil
        let least = settings.bounds.lowerBound
        self.floor = max(options.floor ?? least, (floor ?? least).clamped(to: settings.bounds))
        difficulty = options.fixed ?? max(options.start ?? settings.start, self.floor)
        startMs = nowMs
        lastShareMs = nowMs
    }

    /// Counts an accepted share.
    ///
    /// - Parameters:
    ///   - found: The difficulty that it was found at.
    ///   - nowMs: By a clock that does not go backwards.
    ///   - settings: The pool's.
    /// - Returns: What to do now.
    package mutating func share(foundAt found: Difficulty, nowMs: UInt64, _ settings: VardiffSettings) -> Advice {
        // Before it counts: a share that a network held back ends no pause for those that come with it.
        closeMeasurement(nowMs: nowMs, settings)
        let weight = Double(found.scaled) / Double(difficulty.scaled)
        // From before a great step down: it says nothing about what came after.
        if weight <= Self.earlierWeightMin {
            shares += min(weight, 1)
            silentStepCount = 0
        }
        isSilent = false
        lastShareMs = max(nowMs, lastShareMs)
        return advice(nowMs: nowMs, settings)
    }

    /// Looks at the clock: silence counts too.
    ///
    /// - Returns: What to do now, and also when a job goes out for another reason.
    package mutating func tick(nowMs: UInt64, _ settings: VardiffSettings) -> Advice {
        closeMeasurement(nowMs: nowMs, settings)
        return advice(nowMs: nowMs, settings)
    }

    /// `difficulty` has gone out with a job: measuring begins anew.
    package mutating func adopt(_ difficulty: Difficulty, nowMs: UInt64, _ settings: VardiffSettings) {
        let ratio = Double(difficulty.scaled) / Double(self.difficulty.scaled)
        let stepMax = 1 + Double(settings.stepPercentMax) / 100 + Self.roundingMax
        if ratio > stepMax || ratio < 1 / stepMax { isSettling = shares < Self.settledShareCount }
        // A wish of the miner's or a bound is no answer to silence: that takes at least as long as a share should.
        let isSilence = shares < Self.silenceShareMax && nowMs > startMs && nowMs - startMs >= settings.shareIntervalMs
        if ratio < 1, isSilence { silentStepCount = min(silentStepCount + 1, Self.silentStepMax) }
        // Bursts are no speed: a measurement begins with the last share, unless there was none for a reason.
        startMs = ratio < 1 / stepMax ? nowMs : lastShareMs
        self.difficulty = difficulty
        shares = 0
        (pastMs, pastShares) = (0, 0)
    }

    /// The session's first job goes out now, or the first after it came back: time before does not count.
    package mutating func begin(nowMs: UInt64) {
        startMs = nowMs
        lastShareMs = nowMs
        shares = 0
    }

    /// The miner asks for no easier difficulty than `floor`, such as by `minimum-difficulty`.
    package mutating func raiseFloor(to floor: Difficulty, _ settings: VardiffSettings) {
        self.floor = max(self.floor, floor.clamped(to: settings.bounds))
    }

    /// Whether no share has come yet, so that a suggested difficulty can be begun with.
    package var isFresh: Bool { isSilent && !isFixed }

    /// What a miner's suggestion becomes.
    package func bounded(_ suggested: Difficulty, _ settings: VardiffSettings) -> Difficulty {
        isFixed ? difficulty : max(min(suggested, settings.bounds.upperBound), floor)
    }

    /// Ends the present measurement, when it is long enough, at its last share; what came after that belongs to the next.
    private mutating func closeMeasurement(nowMs: UInt64, _ settings: VardiffSettings) {
        guard nowMs > startMs, nowMs - startMs >= settings.retargetIntervalMs else { return }
        guard lastShareMs > startMs else {
            // Silence that no step answered: the miner sleeps, and when it wakes this is not its speed.
            startMs = nowMs
            shares = 0
            return
        }
        pastMs += Double(lastShareMs - startMs)
        pastShares += shares
        if pastMs > Self.pastMsMax {
            pastMs /= 2
            pastShares /= 2
        }
        startMs = lastShareMs
        shares = 0
        isSettling = false
        settled = difficulty
    }
}

extension Vardiff {
    /// A share found at more than this times the difficulty in force is from before it.
    private static let earlierWeightMin = 1.5
    /// So many shares measure a speed well enough.
    private static let settledShareCount = 32.0
    /// So many do when the speed is wrong enough for waiting to be long.
    private static let roughShareCount = 16.0
    private static let roughRatios = 2.0..<4
    /// So many tell that it is entirely another.
    private static let jumpShareCount = 8.0
    /// From this on it is.
    private static let jumpRatioMin = 16.0
    /// A jump goes short of what it measured, so that the next measurement comes soon.
    private static let jumpReserve = 8.0
    private static let silenceShareMax = 0.5
    private static let silentStepMax: UInt8 = 3
    /// How far silence lowers the difficulty of a miner that had shares.
    private static let sleeperDepthMax = 100.0
    /// How sure a step must be, as `ShareCount.isSignificant` has it: in the silence after a start, while settling, settled,
    /// and settled without waiting for the end of a measurement.
    private static let silenceStrength = 2.0
    private static let settlingStrength = 3.0
    private static let steadyStrength = 4.5
    private static let urgentStrength = 13.0
    /// Every pause between shares is a chance for luck to look like silence.
    private static let sleepStrength = 16.0
    private static let steadyDeviationMin = 0.1
    /// Older measurements fade, in milliseconds.
    private static let pastMsMax = 1_800_000.0
    /// What binary fractions add to a step.
    private static let roundingMax = 1e-9

    private func advice(nowMs: UInt64, _ settings: VardiffSettings) -> Advice {
        guard !isFixed else { return .keep }
        let elapsedMs = nowMs > startMs ? Double(nowMs - startMs) : 0
        let present = ShareCount(shares: shares, ms: elapsedMs, settings: settings)
        if let factor = isSettling ? settlingFactor(present) : urgentFactor(present) {
            return change(by: factor, isStep: false, settings)
        }
        guard !isSettling, pastMs > 0 else { return .keep }
        let past = ShareCount(shares: pastShares, ms: pastMs, settings: settings)
        guard abs(past.ratio - 1) > Self.steadyDeviationMin, past.isSignificant(Self.steadyStrength) else {
            return .keep
        }
        let step = 1 + Double(settings.stepPercentMax) / 100
        return change(by: min(max(past.ratio, 1 / step), step), isStep: true, settings)
    }

    private func settlingFactor(_ count: ShareCount) -> Double? {
        if shares >= Self.settledShareCount, count.ratio >= 1.5 { return count.ratio }
        if shares >= Self.roughShareCount, Self.roughRatios.contains(count.ratio) { return count.ratio }
        if shares >= Self.jumpShareCount, count.ratio >= Self.jumpRatioMin { return count.ratio / Self.jumpReserve }
        guard count.ratio <= 0.5 else { return nil }
        if shares < Self.silenceShareMax { return count.isSignificant(Self.silenceStrength) ? silenceFactor : nil }
        return count.isSignificant(Self.settlingStrength) ? count.ratio / slowReserve : nil
    }

    private func urgentFactor(_ count: ShareCount) -> Double? {
        let strength = shares < Self.silenceShareMax ? Self.sleepStrength : Self.urgentStrength
        guard count.isSignificant(strength) else { return nil }
        if shares >= Self.jumpShareCount, count.ratio >= 2 {
            return count.ratio >= Self.jumpRatioMin ? count.ratio / Self.jumpReserve : count.ratio
        }
        guard count.ratio <= 0.5 else { return nil }
        return shares < Self.silenceShareMax ? silenceFactor : count.ratio / slowReserve
    }

    /// The fewer shares a slow speed was measured by, the less it is trusted.
    private var slowReserve: Double { max(1, Self.jumpReserve / max(shares, 1)) }

    /// A tenth, then a hundredth, then a thousandth: who is silent for long is far off.
    private var silenceFactor: Double {
        switch silentStepCount {
        case 0: 0.1
        case 1: 0.01
        case _: 0.001
        }
    }

    private func change(by factor: Double, isStep: Bool, _ settings: VardiffSettings) -> Advice {
        var wanted = Double(difficulty.scaled) * factor
        if factor < 1, let settled {
            wanted = max(wanted, min(Double(settled.scaled) / Self.sleeperDepthMax, Double(difficulty.scaled)))
        }
        let bounded = bounded(Difficulty(rounding: wanted, towards: isStep ? difficulty : nil), settings)
        guard bounded != difficulty else { return .keep }
        let ratio = Double(bounded.scaled) / Double(difficulty.scaled)
        return .change(bounded, isUrgent: ratio >= 2 || ratio <= 0.5)
    }
}
