package import MiningDomain

/// How a pool wants its miners' difficulties to be.
package struct VardiffSettings: Hashable, Sendable {
    /// How often a miner should send a share, in milliseconds.
    package let shareIntervalMs: UInt64
    /// How often a settled difficulty is looked at, in milliseconds.
    package let retargetIntervalMs: UInt64
    /// By how much a settled difficulty changes at most, in percent of the smaller of the two.
    package let stepPercentMax: UInt64
    /// The easiest and the hardest that is given out.
    package let bounds: ClosedRange<Difficulty>
    /// What a connection begins with.
    package let start: Difficulty

    /// - Precondition: The times and the step are above zero, and `start` is within the bounds.
    package init(
        shareIntervalMs: UInt64 = 4_000,
        retargetIntervalMs: UInt64 = 90_000,
        stepPercentMax: UInt64 = 30,
        bounds: ClosedRange<Difficulty>,
        start: Difficulty
    ) {
        precondition(shareIntervalMs > 0 && retargetIntervalMs > 0 && stepPercentMax > 0 && bounds.contains(start))
        self.shareIntervalMs = shareIntervalMs
        self.retargetIntervalMs = retargetIntervalMs
        self.stepPercentMax = stepPercentMax
        self.bounds = bounds
        self.start = start
    }
}
