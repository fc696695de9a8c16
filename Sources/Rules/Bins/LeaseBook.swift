import MiningDomain

/// The jobs that bins may belong to, the space of the current one, and the numbering of leases.
struct LeaseBook: Sendable {
    private let rules: BinRules
    private var current: (job: BinJob, allocator: SliceAllocator)?
    /// Jobs on the current tip.
    private var live: Set<JobID> = []
    private var extranonce1: UInt32
    /// With the extranonce1 above it, a lease's id.
    private var sequence: UInt32 = 0
    var counts = BinCounts()

    init(rules: BinRules, extranonce1: UInt32) {
        self.rules = rules
        self.extranonce1 = extranonce1
    }

    var hasJob: Bool { current != nil }

    mutating func open(_ job: BinJob, isClean: Bool) {
        if isClean { live.removeAll() }
        live.insert(job.id)
        current = (job, SliceAllocator(extranonce1: extranonce1))
    }

    mutating func withdraw() {
        live.removeAll()
        current = nil
    }

    mutating func recall(_ job: JobID) {
        live.insert(job)
    }

    mutating func retire(_ job: JobID) {
        live.remove(job)
        if current?.job.id == job { current = nil }
    }

    mutating func extend(extranonce1: UInt32) {
        self.extranonce1 = extranonce1
        sequence = 0
        current?.allocator.extend(extranonce1: extranonce1)
    }

    func isLive(_ lease: BinLease, nowMs: UInt64) -> Bool {
        live.contains(lease.job) && nowMs < lease.expiresAtMs
    }

    /// Gives the client a bin that is not its own yet, and remembers its size.
    ///
    /// - Returns: `nil` without a job, and when another extranonce1 is needed.
    mutating func lease(_ client: BinClient, _ bins: inout ClientBins, hint: UInt64, nowMs: UInt64) -> BinLease? {
        let hashrate = bins.speed.hashrate
        let size = rules.size(hashrate: hashrate, hint: hint, lastSize: bins.wantedSize)
        guard let job = current?.job, sequence < .max else { return nil }
        let time = job.time(nowMs: nowMs)
        guard let slice = current?.allocator.allocate(size, time: time, nowMs: nowMs) else { return nil }
        let speed = hashrate ?? hint
        let expectedMs = speed == 0 ? nil : UInt64(clamping: UInt128(slice.count) * 1_000 / UInt128(speed))
        sequence += 1
        bins.wantedSize = size
        bins.lastSize = slice.count
        counts.leased += 1
        return BinLease(
            id: UInt64(extranonce1) << 32 | UInt64(sequence),
            client: client,
            job: job.id,
            slice: slice,
            time: time,
            issuedAtMs: nowMs,
            expiresAtMs: nowMs + rules.lifetimeMs(expectedMs: expectedMs),
            expectedMs: expectedMs
        )
    }

    /// Takes a bin back that was not searched to its end.
    mutating func giveBack(_ lease: BinLease, nowMs: UInt64) {
        counts.returned += 1
        guard current?.job.id == lease.job else { return }
        current?.allocator.giveBack(lease.slice, time: lease.time, nowMs: nowMs)
    }
}
