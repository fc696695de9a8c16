internal import Hashing
internal import Synchronization

/// Which submission brought each durable proof, for the jobs of late: a shortcut before the ledger, which decides.
final class RememberedProofs: Sendable {
    /// Stands for a submission that only the ledger knows.
    static let otherSubmission: UInt64 = 0

    private struct State {
        var jobs: [UInt64: [Hash256: UInt64]] = [:]
        var count = 0

        /// Keeps what was known already.
        mutating func add(_ key: Hash256, job: UInt64, submission: UInt64) {
            let isNew = { (known: inout UInt64?) in
                guard known == nil else { return false }
                known = submission
                return true
            }(&jobs[job, default: [:]][key])
            if isNew { count += 1 }
        }

        /// The oldest job's proofs are the first that nobody can be credited for any more.
        mutating func shrink(to countMax: Int) {
            while count > countMax, let oldest = jobs.keys.min() {
                count -= jobs.removeValue(forKey: oldest)?.count ?? 0
            }
        }
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

    /// The same for many at once.
    func submissions(of keys: [Hash256], job: UInt64) -> [UInt64?] {
        state.withLock { state in
            guard let known = state.jobs[job] else { return Array(repeating: nil, count: keys.count) }
            return keys.map { known[$0] }
        }
    }

    /// Keeps what was known already.
    func add(_ key: Hash256, job: UInt64, submission: UInt64) {
        state.withLock { state in
            state.add(key, job: job, submission: submission)
            state.shrink(to: countMax)
        }
    }

    /// The same for shares that are durable; those at `duplicates`, in rising order, were another submission's.
    func add(_ shares: ShareColumns, duplicates: [Int]) {
        state.withLock { state in
            var rest = duplicates[...]
            for share in 0..<shares.count {
                let isDuplicate = rest.first == share
                if isDuplicate { rest.removeFirst() }
                state.add(
                    shares.proofHashes[share],
                    job: shares.jobIDs[share],
                    submission: isDuplicate ? Self.otherSubmission : shares.submissionIDs[share]
                )
            }
            state.shrink(to: countMax)
        }
    }

    /// The places of the shares that another submission brought first, here or further ahead among them.
    func duplicates(in shares: ShareColumns) -> [Int] {
        var brought: [Hash256: UInt64] = [:]
        return state.withLock { state in
            (0..<shares.count).filter { share in
                let (key, submission) = (shares.proofHashes[share], shares.submissionIDs[share])
                if let first = state.jobs[shares.jobIDs[share]]?[key] ?? brought[key], first != submission {
                    return true
                }
                brought[key] = submission
                return false
            }
        }
    }

    var count: Int { state.withLock { $0.count } }
}
