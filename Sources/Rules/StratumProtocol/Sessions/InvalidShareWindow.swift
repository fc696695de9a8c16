/// Counts an address's shares over the last minutes, and says when too many of them are invalid.
package struct InvalidShareWindow: Sendable {
    /// With fewer shares nothing is decided.
    package static let shareCountMin: UInt64 = 50
    /// How long after a new tip a stale share is nobody's fault, in milliseconds.
    package static let staleGraceMs: UInt64 = 30_000
    /// The window moves in steps of this, in milliseconds; it holds five of them.
    package static let stepMs: UInt64 = 60_000
    private static let stepCount = 5

    private struct Counts {
        var valid: UInt32 = 0
        var invalid: UInt32 = 0
    }

    private var steps = InlineArray<5, Counts>(repeating: Counts())
    private var newestStep: UInt64 = 0

    package init() {}

    /// Whether so many are invalid that their sender is to be banned.
    ///
    /// - Parameter part: The smallest part that is too many, in hundredths of a percent.
    /// - Returns: `false` as long as there are fewer than `shareCountMin` shares.
    package func isExceeded(part: Int) -> Bool {
        var valid: UInt64 = 0
        var invalid: UInt64 = 0
        for index in steps.indices {
            valid += UInt64(steps[index].valid)
            invalid += UInt64(steps[index].invalid)
        }
        return valid + invalid >= Self.shareCountMin && invalid * 10_000 >= (valid + invalid) * UInt64(part)
    }

    /// Counts a share.
    ///
    /// - Parameters:
    ///   - verdict: What became of it; what is the pool's own fault is not counted.
    ///   - nowMs: By a clock that does not go backwards.
    ///   - tipAgeMs: How long ago the tip changed.
    package mutating func record(_ verdict: ShareVerdict, nowMs: UInt64, tipAgeMs: UInt64) {
        switch verdict {
        case .accepted: count(isValid: true, nowMs: nowMs)
        case .unjudged, .expired: break
        // Whose name is refused is not whose address it is: one rig that is misnamed, or one account that is denied, must
        // not cost its neighbours behind the same address theirs.
        case .unauthorized: break
        case .stale: if tipAgeMs > Self.staleGraceMs { count(isValid: false, nowMs: nowMs) }
        case .lowDifficulty, .duplicate, .outsideBin, .hashMismatch, .timeOutOfRange, .versionNotAllowed:
            count(isValid: false, nowMs: nowMs)
        }
    }

    /// Counts a share that could not be judged at all.
    package mutating func recordMalformed(nowMs: UInt64) {
        count(isValid: false, nowMs: nowMs)
    }

    private mutating func count(isValid: Bool, nowMs: UInt64) {
        let step = max(nowMs / Self.stepMs, newestStep)
        let passed = min(step - newestStep, UInt64(Self.stepCount))
        for offset in 0..<passed { steps[Int((step - offset) % UInt64(Self.stepCount))] = Counts() }
        newestStep = step
        let index = Int(step % UInt64(Self.stepCount))
        // At the largest number it stays there.
        if isValid {
            steps[index].valid = steps[index].valid == .max ? .max : steps[index].valid + 1
        } else {
            steps[index].invalid = steps[index].invalid == .max ? .max : steps[index].invalid + 1
        }
    }
}
