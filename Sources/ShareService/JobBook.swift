internal import Hashing

/// The jobs that proofs may come for, and which of them are stale.
///
/// A job is stale once a later one stands on another block, and is higher, or says that the tip changed at its height:
/// a replica of the JobService that lags behind its neighbours makes nothing stale. After a reorganisation to
/// a lower height only time tells: the old tip's jobs are no longer renewed.
struct JobBook {
    /// Some hours of jobs; the lowest ids are forgotten first.
    static let jobCountMax = 512
    /// Ids of jobs that the JobService does not know any more.
    static let goneCountMax = 4_096
    /// A tip without a new job for so long is no tip: the JobService renews its job at least every 30 seconds.
    static let tipSilenceMs: UInt64 = 75_000

    enum Entry {
        case known(JudgedJob, isStale: Bool)
        /// Looked for, and not there: too old.
        case gone
        case unknown
    }

    private var jobs: [UInt64: JudgedJob] = [:]
    private var superseded: Set<UInt64> = []
    private var gone: Set<UInt64> = []
    private var tipSeenAtMs: [Hash256: UInt64] = [:]
    /// The last job that was heard of as current.
    private(set) var newest: UInt64?
    /// The JobService has no job: the tip was left, and there is no template for the next one.
    private var isWithdrawn = false

    func entry(_ id: UInt64, nowMs: UInt64) -> Entry {
        guard let job = jobs[id] else { return gone.contains(id) ? .gone : .unknown }
        return .known(job, isStale: isWithdrawn || superseded.contains(id) || isSilent(job, nowMs: nowMs))
    }

    /// A job that the JobService gave out as current just now.
    mutating func add(current job: JudgedJob, nowMs: UInt64) {
        newest = max(newest ?? 0, job.id)
        isWithdrawn = false
        add(job, nowMs: nowMs)
        tipSeenAtMs[job.previousHash] = nowMs
    }

    /// A job that was asked for by its id.
    mutating func add(_ job: JudgedJob, nowMs: UInt64) {
        if tipSeenAtMs[job.previousHash] == nil { tipSeenAtMs[job.previousHash] = nowMs }
        jobs[job.id] = job
        gone.remove(job.id)
        for other in jobs.values {
            if Self.supersedes(job, other) { superseded.insert(other.id) }
            if Self.supersedes(other, job) { superseded.insert(job.id) }
        }
        while jobs.count > Self.jobCountMax, let oldest = jobs.keys.min() { forget(oldest) }
    }

    /// The tip of the current job was left: until the next job, work on any is in vain.
    mutating func withdrawCurrent() {
        isWithdrawn = true
        guard let newest, let current = jobs[newest] else { return }
        for other in jobs.values where other.previousHash == current.previousHash { superseded.insert(other.id) }
    }

    mutating func addGone(_ id: UInt64) {
        if gone.count >= Self.goneCountMax { gone.removeAll() }
        gone.insert(id)
    }

    private static func supersedes(_ later: JudgedJob, _ earlier: JudgedJob) -> Bool {
        later.id > earlier.id && later.previousHash != earlier.previousHash
            && (later.height > earlier.height || later.isClean && later.height == earlier.height)
    }

    private func isSilent(_ job: JudgedJob, nowMs: UInt64) -> Bool {
        guard let newest, let current = jobs[newest], current.previousHash != job.previousHash else { return false }
        return nowMs > (tipSeenAtMs[job.previousHash] ?? 0) + Self.tipSilenceMs
    }

    private mutating func forget(_ id: UInt64) {
        guard let job = jobs.removeValue(forKey: id) else { return }
        superseded.remove(id)
        if !jobs.values.contains(where: { $0.previousHash == job.previousHash }) {
            tipSeenAtMs[job.previousHash] = nil
        }
    }
}
