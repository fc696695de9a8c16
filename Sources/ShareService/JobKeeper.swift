internal import Messages
internal import MiningDomain
internal import ServiceRuntime
internal import Synchronization

/// Knows the jobs: hears of new ones, asks for what it missed.
final class JobKeeper: Sendable {
    /// What readiness waits for.
    static let condition = "shares: a current job"

    private let lookup: any JobLookup
    private let events: any JobEvents
    private let pollInterval: Duration
    private let surroundings: Surroundings
    private let book = Mutex(JobBook())

    init(lookup: any JobLookup, events: any JobEvents, pollInterval: Duration, surroundings: Surroundings) {
        self.lookup = lookup
        self.events = events
        self.pollInterval = pollInterval
        self.surroundings = surroundings
        surroundings.health.require(Self.condition)
    }

    func entries(_ ids: Set<UInt64>) -> [UInt64: JobBook.Entry] {
        let nowMs = surroundings.clock.monotonicMilliseconds
        return book.withLock { book in
            Dictionary(uniqueKeysWithValues: ids.map { ($0, book.entry($0, nowMs: nowMs)) })
        }
    }

    /// Asks the JobService for jobs that are not known here.
    ///
    /// - Returns: `.unavailable` when it could not be asked for one of them.
    func fetch(_ ids: [UInt64]) async -> RPCError? {
        for id in ids {
            do throws(RPCError) {
                try await fetch(id)
            } catch {
                return error
            }
        }
        return nil
    }

    /// Hears of new jobs until its task is cancelled.
    func listen() async {
        while let job = try? await events.next() { take(current: job) }
    }

    /// Asks for the current job again and again until its task is cancelled.
    func poll() async {
        while !Task.isCancelled {
            do throws(RPCError) {
                take(current: try await lookup.getJob(GetJobRequest()))
            } catch {
                // A service that is away makes nothing stale; one that says that there is no job does.
                if error.code == .failedPrecondition { book.withLock { $0.withdrawCurrent() } }
                if !Task.isCancelled { surroundings.log.debug("no current job", ["error": error]) }
            }
            try? await surroundings.clock.sleep(for: pollInterval)
        }
    }

    private func take(current message: Job) {
        guard let job = JudgedJob(message) else {
            surroundings.log.error("a job that cannot be judged", ["job": message.jobID])
            return
        }
        let isNew = book.withLock { book in
            let isNew = book.newest.map { $0 < job.id } ?? true
            book.add(current: job, nowMs: surroundings.clock.monotonicMilliseconds)
            return isNew
        }
        guard isNew else { return }
        surroundings.health.met(Self.condition)
        surroundings.log.debug("new job", ["job": JobID(job.id)?.description ?? "", "height": job.height])
    }

    private func fetch(_ id: UInt64) async throws(RPCError) {
        do throws(RPCError) {
            let message = try await lookup.getJob(GetJobRequest(jobID: id))
            guard let job = JudgedJob(message), job.id == id else {
                throw .unavailable("the JobService gave a job that cannot be judged")
            }
            book.withLock { $0.add(job, nowMs: surroundings.clock.monotonicMilliseconds) }
        } catch {
            guard error.code == .notFound else { throw .unavailable("a proof's job: \(error.message)") }
            book.withLock { $0.addGone(id) }
        }
    }
}
