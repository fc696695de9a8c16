/// How long to wait after one failure more: twice as long each time, and never all miners at once.
struct BackOff: Sendable {
    static let first: Duration = .milliseconds(250)
    static let longest: Duration = .seconds(15)

    private var random: UInt64
    private var failureCount = 0

    /// - Parameter seed: Different for each miner.
    init(seed: UInt64) {
        random = seed | 1
    }

    mutating func succeeded() {
        failureCount = 0
    }

    /// Between half of the doubled pause and the whole; what the pool asks for comes before.
    mutating func pause(retryAfter: Duration? = nil) -> Duration {
        let doubled = min(Self.longest, Self.first * (1 << min(failureCount, 10)))
        failureCount += 1
        if let retryAfter { return min(max(retryAfter, Self.first), Self.longest * 4) }
        return doubled / 2 + doubled * Double(nextRandom() % 1_024) / 2_048
    }

    /// xorshift64: good enough to spread pauses.
    private mutating func nextRandom() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random >> 20
    }
}
