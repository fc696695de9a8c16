import Bins
import Messages
import MiningDomain

/// The jobs that are kept, and the bins of those that are alive: what calls are answered from.
struct JobBook: Sendable {
    /// Jobs kept at once, beside those that are too young to forget: hours of them.
    static let jobCountMax = 512

    private(set) var current: Job?
    /// The last job's tip was left, and there is no other yet.
    private(set) var isWithdrawn = false
    private(set) var jobs: [UInt64: Job] = [:]
    var desk: BinDesk

    init(desk: BinDesk, kept: [Job]) {
        self.desk = desk
        for job in kept { jobs[job.jobID] = job }
    }

    /// The job becomes the one that bins are cut from.
    mutating func open(_ job: Job, id: JobID) {
        let isFirst = current == nil
        current = job
        isWithdrawn = false
        jobs[job.jobID] = job
        let bins = BinJob(
            id: id,
            currentTime: job.currentTime,
            minimumTime: job.minimumTime,
            createdAtMs: job.createdAtMs
        )
        desk.open(bins, isClean: job.clean)
        guard isFirst else { return }
        // After a restart, leases of earlier jobs on the same tip are as good as before.
        for other in jobs.values where other.previousHash == job.previousHash {
            if let id = JobID(other.jobID) { desk.recall(id) }
        }
    }

    /// No bins are cut from any job until the next one; those that are out are of no use.
    mutating func withdraw() {
        current = nil
        isWithdrawn = true
        desk.withdraw()
    }

    /// Forgets jobs from before `beforeMs`, and the oldest past the bound, but never the current one.
    ///
    /// - Returns: What was forgotten.
    mutating func forget(beforeMs: UInt64) -> [JobID] {
        let old = jobs.values.filter { $0.createdAtMs < beforeMs }.map(\.jobID)
        let surplus = jobs.keys.sorted().dropLast(Self.jobCountMax)
        let gone = Set(old).union(surplus).subtracting([current?.jobID ?? 0]).compactMap { JobID($0) }
        for id in gone {
            jobs[id.value] = nil
            desk.retire(id)
        }
        return gone
    }
}
