/// One client: its bins, its speed, and what it has shown of it.
struct ClientBins: Sendable {
    /// A bin in a client's hands.
    struct Held: Sendable {
        let lease: BinLease
        /// When the client began with it, or may begin, as far as can be told; Unix time in milliseconds.
        var startedAtMs: UInt64
        /// How many positions are accounted for, and until when.
        var accounted: UInt64 = 0
        var accountedAtMs: UInt64
        /// Whether it began before anybody knew, so that its first news tells a position and no speed.
        var isUnseen = false

        init(_ lease: BinLease, startedAtMs: UInt64) {
            self.lease = lease
            self.startedAtMs = startedAtMs
            accountedAtMs = startedAtMs
        }

        /// The same bin, begun later than it was thought.
        func started(atMs nowMs: UInt64) -> Held {
            Held(lease, startedAtMs: nowMs)
        }

        /// The same bin, begun before the plan said, some time until now.
        func startedUnseen(beforeMs nowMs: UInt64) -> Held {
            var held = started(atMs: nowMs)
            held.isUnseen = true
            return held
        }

        /// When the client should be through with half of it: then it must have begun.
        var halfwayMs: UInt64 { startedAtMs + (lease.expectedMs ?? 0) / 2 }
    }

    /// What it works on.
    var active: Held?
    /// What it has, or was offered, for afterwards.
    var next: Held?
    var speed = SpeedEstimate()
    var proofs: ProofRecord
    /// Whether it ever said that a bin was done; from one that never does, asking for the next one says it.
    var saysDone = false
    var seenAtMs: UInt64
    /// Positions of the latest bin, and what it should have had: a free slice may be smaller.
    var lastSize: UInt64?
    var wantedSize: UInt64?

    init(nowMs: UInt64) {
        seenAtMs = nowMs
        proofs = ProofRecord(nowMs: nowMs)
    }

    /// Accounts for the first `count` positions of the active bin.
    mutating func advance(to count: UInt64, nowMs: UInt64, targetMs: UInt64) {
        guard var held = active, count > held.accounted else { return }
        let hashes = count - held.accounted
        if !held.isUnseen {
            speed.add(hashes: hashes, elapsedMs: Self.elapsed(held.accountedAtMs, nowMs), targetMs: targetMs)
        }
        held.isUnseen = false
        proofs.claim(hashes, nowMs: nowMs)
        held.accounted = count
        held.accountedAtMs = max(held.accountedAtMs, nowMs)
        active = held
    }

    /// The active bin was searched to its end.
    mutating func finishActive(nowMs: UInt64, targetMs: UInt64) {
        guard let held = active else { return }
        advance(to: held.lease.slice.count, nowMs: nowMs, targetMs: targetMs)
        active = nil
        next = next?.started(atMs: nowMs)
    }

    /// The active bin will not be finished: a client that had it for long is slower than was thought.
    mutating func dropActive(nowMs: UInt64, targetMs: UInt64) {
        guard let held = active else { return }
        let elapsedMs = Self.elapsed(held.accountedAtMs, min(nowMs, held.lease.expiresAtMs))
        let rest = held.lease.slice.count - held.accounted
        if elapsedMs > 2 * targetMs, rest > 0 { speed.limit(hashes: rest, elapsedMs: elapsedMs) }
        active = nil
        next = next?.started(atMs: nowMs)
    }

    /// Clocks may be set back.
    private static func elapsed(_ fromMs: UInt64, _ toMs: UInt64) -> UInt64 {
        toMs > fromMs ? toMs - fromMs : 0
    }
}
