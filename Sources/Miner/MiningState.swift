import Hashing

/// What the miner has, and what follows from each piece of news.
///
/// A pure value: `MiningDesk` asks it and tells it, and does all waiting and sending. Its times are of a clock that never goes
/// back.
struct MiningState: Sendable {
    /// Bins that wait their turn.
    static let offerCountMax = 2
    /// Bins that were seen, so that none is searched twice.
    private static let rememberedBinCountMax = 64
    /// Jobs that are kept for bins to come.
    private static let rememberedJobCountMax = 16
    /// The next bin is asked for when this one will end so soon: more than a round trip, and less than a bin.
    private static let leadTimeMs: UInt64 = 1_000

    private(set) var currentJob: PoolJob?
    /// Bins that have parts to give out or under way, the oldest first.
    private(set) var open: [BinCursor] = []
    /// Bins for later.
    private(set) var offers: [Assignment] = []
    var reports: ReportQueue
    private(set) var speed = SpeedMeter()
    private(set) var tally = Tally()
    private(set) var binsTaken: UInt64 = 0
    private(set) var binsDropped: UInt64 = 0
    private var hasSaidDone = false
    private var jobs: [PoolJob] = []
    private var seenBins: [String] = []

    /// - Parameter reportsUnderWayMax: How many reports may wait for the pool's answers at a time.
    init(reportsUnderWayMax: Int = 1) {
        reports = ReportQueue(underWayCountMax: reportsUnderWayMax)
    }

    // MARK: - Searching

    /// The next piece of work for a thread; `nil` when there is none until more news.
    mutating func nextSlice(countMax: UInt64, nowMs: UInt64) -> SearchSlice? {
        guard !reports.isFull else { return nil }
        drop { $0.endsAtMs <= nowMs }
        for index in open.indices {
            if let slice = open[index].cut(countMax: countMax) { return slice }
        }
        guard !offers.isEmpty else { return nil }
        open.append(BinCursor(offers.removeFirst()))
        return open[open.count - 1].cut(countMax: countMax)
    }

    /// What a thread found in `slice`.
    ///
    /// Finds count even if the bin was dropped meanwhile: the pool decides what is stale.
    mutating func complete(_ slice: SearchSlice, _ result: NonceSearch.Slice, nowMs: UInt64) {
        speed.add(result.searchedCount, nowMs: nowMs)
        let finds = result.hits.map { Find(extranonce2: slice.extranonce2, nonce: $0.nonce, hash: $0.hash) }
        reports.add(finds, bin: slice.binToken)
        guard let index = open.firstIndex(where: { $0.space.token == slice.binToken }) else { return }
        open[index].complete(slice, searched: result.searchedCount)
        guard open[index].isDone else { return }
        reports.markDone(bin: slice.binToken)
        open.remove(at: index)
    }

    /// Gives back a slice that no thread will search.
    mutating func abandon(_ slice: SearchSlice) {
        guard let index = open.firstIndex(where: { $0.space.token == slice.binToken }) else { return }
        open[index].complete(slice, searched: 0)
    }

    // MARK: - Bins and jobs

    /// Whether to ask the pool for a bin now.
    func wantsBin(nowMs: UInt64) -> Bool {
        guard offers.isEmpty, !reports.isFull else { return false }
        let remaining = open.reduce(0) { $0 &+ $1.remainingCount }
        guard remaining > 0 else { return true }
        // From a client that never said "done", a pool has to take the wish for a bin as that, and misjudge its speed.
        guard hasSaidDone else { return false }
        guard let hashrate = speed.hashrate(nowMs: nowMs) else { return false }
        let (reach, overflow) = hashrate.multipliedReportingOverflow(by: Self.leadTimeMs)
        return overflow || remaining <= reach / 1_000
    }

    /// - Returns: `false` for a bin that was here before, or for which there is no room.
    mutating func offer(_ assignment: Assignment) -> Bool {
        guard offers.count < Self.offerCountMax, !seenBins.contains(assignment.space.token) else { return false }
        if let tip = currentJob?.previousHash, assignment.job.previousHash != tip {
            // A job newer than the one we know of: the watcher will soon hear of it. An older one is of no use.
            guard (assignment.job.height ?? 0) > (currentJob?.height ?? 0) else { return false }
            learn(currentJob: assignment.job)
        }
        remember(assignment.job)
        seenBins.append(assignment.space.token)
        if seenBins.count > Self.rememberedBinCountMax { seenBins.removeFirst() }
        offers.append(assignment)
        binsTaken += 1
        return true
    }

    func job(id: String) -> PoolJob? {
        jobs.last { $0.id == id }
    }

    /// Takes `job` as the one to work on, and drops work that leads elsewhere.
    ///
    /// Bins of an earlier job on the same block are as good as before.
    mutating func learn(currentJob job: PoolJob) {
        guard job.id != currentJob?.id else { return }
        currentJob = job
        remember(job)
        drop { $0.job.previousHash != job.previousHash }
    }

    /// Goes over to `assignment` at once: what is left of other work is worth less.
    ///
    /// It begins at extranonces that no work under the same extranonce1 came to: the pool may have sent one job twice.
    mutating func turn(to assignment: Assignment) {
        var assignment = assignment
        if let last = open.last, last.space.extranonce1 == assignment.space.extranonce1 {
            assignment.space.extranonce2Start = last.space.extranonce2(at: last.freshExtranonce2Index)
        }
        drop { $0.job.previousHash != assignment.job.previousHash }
        open = [BinCursor(assignment)]
        offers = []
        currentJob = assignment.job
        binsTaken += 1
    }

    /// Forgets all bins: they belong to an id that the pool no longer knows.
    mutating func dropAllBins() {
        hasSaidDone = false
        drop { _ in true }
    }

    private mutating func remember(_ job: PoolJob) {
        guard self.job(id: job.id) == nil else { return }
        jobs.append(job)
        if jobs.count > Self.rememberedJobCountMax { jobs.removeFirst() }
    }

    private mutating func drop(where isUseless: (Assignment) -> Bool) {
        let before = open.count + offers.count
        open.removeAll { isUseless($0.assignment) }
        offers.removeAll(where: isUseless)
        binsDropped += UInt64(before - open.count - offers.count)
    }

    // MARK: - Answers

    mutating func settle(_ report: Report, _ answer: ReportAnswer) {
        reports.settle(report)
        hasSaidDone = hasSaidDone || report.isDone
        for result in answer.results { tally.count(result.verdict, inRepeatedReport: report.mayBeRepeated) }
    }

    /// The pool will never take this report.
    mutating func refuse(_ report: Report) {
        reports.settle(report)
        tally.countRefused(report.finds.count)
    }
}
