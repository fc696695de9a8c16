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
    let isFixed: Bool
    private(set) var isSettling = true
    /// Steps down since the last share.
    private(set) var silentStepCount: UInt8 = 0
    /// Whether no share has come yet.
    private var isSilent = true
    /// Where the miner's last shares were measured, by which a sleeper is remembered.
    private(set) var settled: Difficulty?
    private(set) var speed: SpeedMeasurement

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
        speed = SpeedMeasurement(nowMs: nowMs)
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
            speed.count(min(weight, 1))
            silentStepCount = 0
        }
        isSilent = false
        speed.sawShare(nowMs: nowMs)
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
        if ratio > stepMax || ratio < 1 / stepMax { isSettling = speed.shares < Self.settledShareCount }
        // A wish of the miner's or a bound is no answer to silence: that takes at least as long as a share should.
        let isSilence = speed.shares < Self.silenceShareMax && speed.elapsedMs(nowMs: nowMs) >= settings.shareIntervalMs
        if ratio < 1, isSilence { silentStepCount = min(silentStepCount + 1, Self.silentStepMax) }
        // Bursts are no speed: a measurement begins with the last share, unless there was none for a reason.
        speed.restart(atMs: ratio < 1 / stepMax ? nowMs : speed.lastShareMs)
        self.difficulty = difficulty
    }

    /// The session's first job goes out now, or the first after it came back: time before does not count.
    package mutating func begin(nowMs: UInt64) {
        speed.begin(nowMs: nowMs)
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

    private mutating func closeMeasurement(nowMs: UInt64, _ settings: VardiffSettings) {
        guard speed.close(nowMs: nowMs, intervalMs: settings.retargetIntervalMs) else { return }
        isSettling = false
        settled = difficulty
    }
}
