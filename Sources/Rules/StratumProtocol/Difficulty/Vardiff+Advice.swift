import MiningDomain

/// What follows from what was measured.
extension Vardiff {
    /// A share found at more than this times the difficulty in force is from before it.
    static let earlierWeightMin = 1.5
    /// So many shares measure a speed well enough.
    static let settledShareCount = 32.0
    /// So many do when the speed is wrong enough for waiting to be long.
    private static let roughShareCount = 16.0
    private static let roughRatios = 2.0..<4
    /// So many tell that it is entirely another.
    private static let jumpShareCount = 8.0
    /// From this on it is.
    private static let jumpRatioMin = 16.0
    /// A jump goes short of what it measured, so that the next measurement comes soon.
    private static let jumpReserve = 8.0
    static let silenceShareMax = 0.5
    static let silentStepMax: UInt8 = 3
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
    /// What binary fractions add to a step.
    static let roundingMax = 1e-9

    func advice(nowMs: UInt64, _ settings: VardiffSettings) -> Advice {
        guard !isFixed else { return .keep }
        let present = speed.present(nowMs: nowMs, settings)
        if let factor = isSettling ? settlingFactor(present) : urgentFactor(present) {
            return change(by: factor, isStep: false, settings)
        }
        guard !isSettling, let past = speed.past(settings) else { return .keep }
        guard abs(past.ratio - 1) > Self.steadyDeviationMin, past.isSignificant(Self.steadyStrength) else {
            return .keep
        }
        let step = 1 + Double(settings.stepPercentMax) / 100
        return change(by: min(max(past.ratio, 1 / step), step), isStep: true, settings)
    }

    private func settlingFactor(_ count: ShareCount) -> Double? {
        let (shares, ratio) = (count.shares, count.ratio)
        if shares >= Self.settledShareCount, ratio >= 1.5 { return ratio }
        if shares >= Self.roughShareCount, Self.roughRatios.contains(ratio) { return ratio }
        if shares >= Self.jumpShareCount, ratio >= Self.jumpRatioMin { return ratio / Self.jumpReserve }
        guard ratio <= 0.5 else { return nil }
        if shares < Self.silenceShareMax { return count.isSignificant(Self.silenceStrength) ? silenceFactor : nil }
        return count.isSignificant(Self.settlingStrength) ? ratio / slowReserve : nil
    }

    private func urgentFactor(_ count: ShareCount) -> Double? {
        let strength = count.shares < Self.silenceShareMax ? Self.sleepStrength : Self.urgentStrength
        guard count.isSignificant(strength) else { return nil }
        if count.shares >= Self.jumpShareCount, count.ratio >= 2 {
            return count.ratio >= Self.jumpRatioMin ? count.ratio / Self.jumpReserve : count.ratio
        }
        guard count.ratio <= 0.5 else { return nil }
        return count.shares < Self.silenceShareMax ? silenceFactor : count.ratio / slowReserve
    }

    /// The fewer shares a slow speed was measured by, the less it is trusted.
    private var slowReserve: Double { max(1, Self.jumpReserve / max(speed.shares, 1)) }

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
