import Hashing

/// How many nonces one thread takes at a time: enough to be worth the hand-over, few enough to stop soon.
struct SlicePace: Sendable {
    /// How long a slice should take: work that became stale is left after this time at the latest.
    static let durationMs: UInt64 = 40
    private static let slicesPerSecond: UInt64 = 1_000 / durationMs
    /// All lanes of the widest kernel.
    static let countMin: UInt64 = 16
    static let countMax: UInt64 = 1 << 26

    private(set) var count: UInt64

    /// - Parameter hashrateLimit: For this thread, hashes per second.
    init(hashrateLimit: UInt64?) {
        limit = hashrateLimit.map { min(max(Self.countMin, $0 / Self.slicesPerSecond), Self.countMax) } ?? Self.countMax
        count = min(256, limit)
    }

    private let limit: UInt64

    /// Learns from a slice; grows at most eightfold at once, because a short slice measures badly.
    mutating func took(_ elapsed: Duration, searched: UInt64) {
        let microseconds = max(1, UInt64(max(0, elapsed / .microseconds(1))))
        let fitting = searched.multipliedReportingOverflow(by: Self.durationMs * 1_000)
        guard searched > 0, !fitting.overflow else { return }
        let wanted = min(fitting.partialValue / microseconds, count * 8)
        count = min(max(wanted, Self.countMin), limit)
    }
}
