/// One miner's shares at one difficulty: those of the present measurement, and of the ones before it.
struct SpeedMeasurement: Hashable, Sendable {
    /// Older measurements fade, in milliseconds.
    private static let pastMsMax = 1_800_000.0

    private(set) var lastShareMs: UInt64
    /// Of the present measurement; a share from before a step counts in part.
    private(set) var shares = 0.0
    private var startMs: UInt64
    private var pastMs = 0.0
    private var pastShares = 0.0

    /// - Parameter nowMs: By a clock that does not go backwards, as below.
    init(nowMs: UInt64) {
        startMs = nowMs
        lastShareMs = nowMs
    }

    mutating func count(_ weight: Double) {
        shares += weight
    }

    mutating func sawShare(nowMs: UInt64) {
        lastShareMs = max(nowMs, lastShareMs)
    }

    /// Time before does not count, but the measurements do that were closed.
    mutating func begin(nowMs: UInt64) {
        startMs = nowMs
        lastShareMs = nowMs
        shares = 0
    }

    /// Another difficulty is in force.
    mutating func restart(atMs start: UInt64) {
        startMs = start
        shares = 0
        (pastMs, pastShares) = (0, 0)
    }

    /// Ends the present measurement, when it is long enough, at its last share; what came after that belongs to the next.
    ///
    /// - Returns: Whether a speed was measured.
    mutating func close(nowMs: UInt64, intervalMs: UInt64) -> Bool {
        guard nowMs > startMs, nowMs - startMs >= intervalMs else { return false }
        guard lastShareMs > startMs else {
            // Silence that no step answered: the miner sleeps, and when it wakes this is not its speed.
            startMs = nowMs
            shares = 0
            return false
        }
        pastMs += Double(lastShareMs - startMs)
        pastShares += shares
        if pastMs > Self.pastMsMax {
            pastMs /= 2
            pastShares /= 2
        }
        startMs = lastShareMs
        shares = 0
        return true
    }

    /// Of the present measurement.
    func elapsedMs(nowMs: UInt64) -> UInt64 { nowMs - min(nowMs, startMs) }

    func present(nowMs: UInt64, _ settings: VardiffSettings) -> ShareCount {
        ShareCount(shares: shares, ms: Double(elapsedMs(nowMs: nowMs)), settings: settings)
    }

    /// `nil` before the first one was closed.
    func past(_ settings: VardiffSettings) -> ShareCount? {
        pastMs > 0 ? ShareCount(shares: pastShares, ms: pastMs, settings: settings) : nil
    }
}
