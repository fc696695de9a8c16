/// Counts an address's shares over the last minutes, and says when too many of them are invalid.
package struct InvalidShareWindow: Sendable {
    /// With fewer shares nothing is decided.
    package static let shareCountMin: UInt64 = 50
    /// How long after a new tip a stale share is nobody's fault, in milliseconds.
    package static let staleGraceMs: UInt64 = 30_000
    /// The window moves in steps of this, in milliseconds; it holds five of them.
    package static let stepMs: UInt64 = 60_000
    private static let stepCount = 5

    /// Shares of a while.
    package struct Counts: Sendable {
        fileprivate var valid: UInt32 = 0
        fileprivate var invalid: UInt32 = 0

        package init() {}

        package var isEmpty: Bool { valid == 0 && invalid == 0 }
        package var hasInvalid: Bool { invalid > 0 }

        /// Counts a share.
        ///
        /// - Parameters:
        ///   - verdict: What became of it; what is the pool's own fault is not counted.
        ///   - tipAgeMs: How long ago the tip changed.
        package mutating func record(_ verdict: ShareVerdict, tipAgeMs: UInt64) {
            switch verdict {
            case .accepted: valid = Self.sum(valid, 1)
            case .unjudged, .expired: break
            // Whose name is refused is not whose address it is: one rig that is misnamed, or one account that is denied, must
            // not cost its neighbours behind the same address theirs.
            case .unauthorized: break
            case .stale: if tipAgeMs > InvalidShareWindow.staleGraceMs { recordMalformed() }
            case .lowDifficulty, .duplicate, .outsideBin, .hashMismatch, .timeOutOfRange, .versionNotAllowed:
                recordMalformed()
            }
        }

        /// Counts a share that could not be judged at all.
        package mutating func recordMalformed() {
            invalid = Self.sum(invalid, 1)
        }

        fileprivate mutating func add(_ other: Counts) {
            valid = Self.sum(valid, other.valid)
            invalid = Self.sum(invalid, other.invalid)
        }

        /// At the largest number it stays there.
        private static func sum(_ left: UInt32, _ right: UInt32) -> UInt32 {
            let (sum, isOver) = left.addingReportingOverflow(right)
            return isOver ? .max : sum
        }
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

    /// Counts more shares, at a time of a clock that does not go backwards.
    package mutating func add(_ counts: Counts, nowMs: UInt64) {
        let step = max(nowMs / Self.stepMs, newestStep)
        let passed = min(step - newestStep, UInt64(Self.stepCount))
        for offset in 0..<passed { steps[Int((step - offset) % UInt64(Self.stepCount))] = Counts() }
        newestStep = step
        steps[Int(step % UInt64(Self.stepCount))].add(counts)
    }
}
