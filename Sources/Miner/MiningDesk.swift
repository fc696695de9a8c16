import Hashing
import ServiceRuntime

/// Where the miner's tasks meet: threads fetch work here and bring back results, others bring bins and take reports.
actor MiningDesk {
    /// Rings when a bin should be asked for.
    nonisolated let binBell = Bell()
    /// Rings when there is something to report.
    nonisolated let reportBell = Bell()
    /// Rings when the pool hinted that the job changed.
    nonisolated let jobBell = Bell()

    private let clock: any WallClock
    private let startedAtMs: UInt64
    private var state: MiningState
    private var throttle: Throttle?
    private var idleThreads: [CheckedContinuation<Void, Never>] = []
    private var isClosed = false
    private var trouble: String?
    private var balance: Balance?
    /// Who we are to the pool; `nil` before joining, and after the pool said that it does not know us.
    private(set) var member: PoolMember?

    /// - Parameters:
    ///   - hashrateLimit: Hashes per second of all threads together; `nil` for no limit.
    ///   - reportsUnderWayMax: How many reports may wait for the pool's answers at a time.
    ///   - clock: Tells the time.
    init(hashrateLimit: UInt64?, reportsUnderWayMax: Int, clock: any WallClock) {
        state = MiningState(reportsUnderWayMax: reportsUnderWayMax)
        throttle = hashrateLimit.map(Throttle.init)
        startedAtMs = clock.monotonicMilliseconds
        self.clock = clock
    }

    // MARK: - For the search threads

    /// Waits for work.
    ///
    /// - Returns: A slice and how long to wait before searching it; `nil` when the miner stops.
    func nextSlice(countMax: UInt64) async -> (slice: SearchSlice, delay: Duration)? {
        while !isClosed {
            let slice = state.nextSlice(countMax: countMax, nowMs: clock.monotonicMilliseconds)
            if wantsBin { binBell.ring() }
            if let slice {
                return (slice, throttle?.delay(for: slice.count, nowMs: clock.monotonicMilliseconds) ?? .zero)
            }
            await withCheckedContinuation { idleThreads.append($0) }
        }
        return nil
    }

    func complete(_ slice: SearchSlice, _ result: NonceSearch.Slice) {
        state.complete(slice, result, nowMs: clock.monotonicMilliseconds)
        if state.reports.hasNext { reportBell.ring() }
        wakeThreads()
    }

    func abandon(_ slice: SearchSlice) {
        state.abandon(slice)
    }

    /// No more work is given out.
    func close() {
        isClosed = true
        wakeThreads()
    }

    private func wakeThreads() {
        for thread in idleThreads { thread.resume() }
        idleThreads = []
    }

    // MARK: - For those that talk with the pool

    var wantsBin: Bool { !isClosed && state.wantsBin(nowMs: clock.monotonicMilliseconds) }
    var hashrate: UInt64? { state.speed.hashrate(nowMs: clock.monotonicMilliseconds) }
    var currentJob: PoolJob? { state.currentJob }

    func job(id: String) -> PoolJob? {
        state.job(id: id)
    }

    /// - Returns: `false` when the bin is of no use.
    func offer(_ bin: PoolBin, of job: PoolJob) -> Bool {
        let assignment = Assignment(
            bin: bin,
            job: job,
            receivedAtMs: clock.unixMilliseconds,
            nowMs: clock.monotonicMilliseconds
        )
        guard state.offer(assignment) else { return false }
        wakeThreads()
        return true
    }

    /// - Returns: `false` when it was the current one already.
    func learn(currentJob job: PoolJob) -> Bool {
        guard job.id != state.currentJob?.id else { return false }
        state.learn(currentJob: job)
        if wantsBin { binBell.ring() }
        return true
    }

    /// Goes over to `assignment` at once.
    func turn(to assignment: Assignment) {
        state.turn(to: assignment)
        wakeThreads()
    }

    /// What was being searched is worth nothing any more.
    func dropAllBins() {
        state.dropAllBins()
    }

    func joined(as member: PoolMember) {
        self.member = member
        trouble = nil
        binBell.ring()
    }

    /// The pool does not know `member` any more, nor its bins.
    func forget(_ member: PoolMember) {
        guard member == self.member else { return }
        self.member = nil
        state.dropAllBins()
        binBell.ring()
    }

    // MARK: - Reports

    func nextReport() -> Report? {
        state.reports.next()
    }

    var hasReports: Bool { !state.reports.isEmpty }

    func settle(_ report: Report, _ answer: ReportAnswer) {
        state.settle(report, answer)
        wakeThreads()
    }

    func refuse(_ report: Report) {
        state.refuse(report)
        wakeThreads()
    }

    func returnUnanswered(_ report: Report) {
        state.reports.returnUnanswered(report)
    }

    /// - Returns: `false` when the report is given up.
    func returnUnreadable(_ report: Report) -> Bool {
        guard !state.reports.returnUnreadable(report) else { return true }
        state.refuse(report)
        return false
    }

    // MARK: - How it goes

    /// - Returns: Whether this is news: the pool answered before.
    func failed(because reason: String) -> Bool {
        defer { trouble = reason }
        return trouble == nil
    }

    /// - Returns: Whether this is news: the pool did not answer before.
    func succeeded() -> Bool {
        defer { trouble = nil }
        return trouble != nil
    }

    func set(balance: Balance) {
        self.balance = balance
    }

    var progress: MinerProgress {
        let now = clock.monotonicMilliseconds
        return MinerProgress(
            hashrate: state.speed.hashrate(nowMs: now) ?? 0,
            hashCount: state.speed.total,
            binSize: state.open.last?.space.size ?? 0,
            isOpenEnded: state.open.last?.space.isOpenEnded ?? false,
            binSearchedCount: state.open.last?.searchedCount ?? 0,
            binsTaken: state.binsTaken,
            binsDropped: state.binsDropped,
            height: state.currentJob?.height,
            tally: state.tally,
            balance: balance,
            trouble: trouble,
            elapsed: .milliseconds(now - startedAtMs)
        )
    }
}
