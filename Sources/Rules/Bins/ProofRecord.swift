/// What a client says that it searched, beside what its proofs show: the first costs nothing to say.
struct ProofRecord: Hashable, Sendable {
    /// Work is counted over one to two of these, in milliseconds.
    static let periodMs: UInt64 = 300_000

    private struct Period: Hashable {
        var startMs: UInt64
        var claimed: UInt128 = 0
        var hits: UInt64 = 0
        var proven: UInt128 = 0
    }

    /// Whether it ever found anything: until then it costs nothing to be this client.
    private(set) var isProven = false
    private var previous: Period?
    private var current: Period

    init(nowMs: UInt64) {
        current = Period(startMs: nowMs)
    }

    mutating func claim(_ hashes: UInt64, nowMs: UInt64) {
        turn(nowMs)
        current.claimed += UInt128(hashes)
    }

    /// Notes hits, each of which stands for `work` hashes.
    mutating func prove(_ hits: UInt64, work: UInt64, nowMs: UInt64) {
        turn(nowMs)
        if hits > 0 { isProven = true }
        current.hits += hits
        current.proven += UInt128(hits) * UInt128(work)
    }

    /// The largest part of a claimed speed that the proofs allow.
    ///
    /// Four deviations above the hits that were found, and sixteen hits more for who has just begun: honest luck is hardly
    /// ever that bad.
    func believable(_ hashrate: UInt64, workPerHit: UInt64) -> UInt64 {
        let hits = current.hits + (previous?.hits ?? 0)
        let claimed = current.claimed + (previous?.claimed ?? 0)
        let proven = current.proven + (previous?.proven ?? 0)
        let luck = UInt128(4 * UInt64(Double(hits).squareRoot()) + 16)
        let most = proven + luck * UInt128(workPerHit)
        guard claimed > most else { return hashrate }
        // Without the last bits of large numbers the product fits.
        let shift = max(0, 64 - claimed.leadingZeroBitCount)
        return UInt64(UInt128(hashrate) * (most >> shift) / max(claimed >> shift, 1))
    }

    private mutating func turn(_ nowMs: UInt64) {
        guard nowMs >= current.startMs + Self.periodMs else { return }
        previous = current
        current = Period(startMs: nowMs)
    }
}
