internal import Hashing
internal import Synchronization

/// Which submission brought each durable proof, for the jobs of late: a shortcut before the ledger, which decides.
final class RememberedProofs: Sendable {
    /// Stands for a submission that only the ledger knows.
    static let otherSubmission: UInt64 = 0

    private struct State {
        var jobs: [UInt64: [Hash256: UInt64]] = [:]
        var count = 0
    }

    private let countMax: Int
    private let state = Mutex(State())

    init(countMax: Int) {
        self.countMax = countMax
    }

    /// The submission that brought the header with this hash first.
    func submission(of key: Hash256, job: UInt64) -> UInt64? {
        state.withLock { $0.jobs[job]?[key] }
    }

    /// Keeps what was known already.
    func add(_ key: Hash256, job: UInt64, submission: UInt64) {
        state.withLock { state in
            guard state.jobs[job]?[key] == nil else { return }
            state.jobs[job, default: [:]][key] = submission
            state.count += 1
            // The oldest job's proofs are the first that nobody can be credited for any more.
            while state.count > countMax, let oldest = state.jobs.keys.min() {
                state.count -= state.jobs.removeValue(forKey: oldest)?.count ?? 0
            }
        }
    }

    var count: Int { state.withLock { $0.count } }
}
