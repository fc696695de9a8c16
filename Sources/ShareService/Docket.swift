internal import BlockFormat
internal import Hashing
internal import Messages
internal import MiningDomain

/// One request's proofs on their way to their verdicts; no input or output.
struct Docket {
    private struct Item {
        let submission: Int
        let proof: Int
        let job: JudgedJob
        let isStale: Bool
        let header: [UInt8]
        /// SHA-256 twice of the header: names the share, and the block if it is one.
        let key: Hash256
        /// For `sha256d` the same; for others known after `take`.
        var proofHash: Hash256
    }

    private struct RootKey: Hashable {
        let job: UInt64
        let extranonce1: UInt32
        let extranonce2: UInt32
    }

    private let submissions: [Submission]
    private let leases: [CheckedLease?]
    private var items: [Item] = []
    private var results: [SubmissionVerdict]
    /// Which items were accepted, and wait for the ledger.
    private var acceptedItems: [Int] = []

    /// Builds every header; a proof whose job is gone is stale, and can be no block any more.
    init(_ submissions: [Submission], leases: [CheckedLease?], jobs: [UInt64: JobBook.Entry]) {
        self.submissions = submissions
        self.leases = leases
        results = zip(submissions, leases).map { submission, lease in
            guard lease != nil else { return SubmissionVerdict() }
            let stale = Verdict(status: .stale)
            return SubmissionVerdict(leaseValid: true, verdicts: submission.proofs.map { _ in stale })
        }
        var roots: [RootKey: Hash256] = [:]
        for (number, (submission, lease)) in zip(submissions, leases).enumerated() {
            guard let lease, case .known(let job, let isStale)? = jobs[lease.jobID] else { continue }
            for (index, proof) in submission.proofs.enumerated() {
                let rootKey = RootKey(job: job.id, extranonce1: lease.extranonce1, extranonce2: proof.extranonce2)
                let root =
                    roots[rootKey]
                    ?? job.recipe.merkleRoot(extranonce1: lease.extranonce1, extranonce2: proof.extranonce2)
                roots[rootKey] = root
                let header = job.recipe.header(merkleRoot: root, time: lease.time, nonce: proof.nonce)
                let key = Hash256.sha256d(of: header)
                items.append(
                    Item(
                        submission: number,
                        proof: index,
                        job: job,
                        isStale: isStale,
                        header: header,
                        key: key,
                        proofHash: key
                    )
                )
            }
        }
    }

    /// The headers still to hash, for each algorithm in the order that `take` expects the hashes in.
    func headers() -> [(ProofAlgorithm, [[UInt8]])] {
        ProofAlgorithm.allCases.filter { $0 != .sha256d }.compactMap { algorithm in
            let headers = items.lazy.filter { $0.job.algorithm == algorithm }.map(\.header)
            return headers.isEmpty ? nil : (algorithm, Array(headers))
        }
    }

    mutating func take(_ hashes: [Hash256], of algorithm: ProofAlgorithm) {
        var next = hashes.makeIterator()
        for index in items.indices where items[index].job.algorithm == algorithm {
            guard let hash = next.next() else { preconditionFailure("a hash for every header") }
            items[index].proofHash = hash
        }
    }

    /// - Parameters:
    ///   - nowMs: Unix time.
    ///   - remembered: The submission that brought a header hash for a job before this request.
    mutating func judge(nowMs: UInt64, remembered: (Hash256, UInt64) -> UInt64?) {
        var broughtHere: [Hash256: UInt64] = [:]
        var broughtBySubmission: Set<Hash256> = []
        var current = -1
        for (index, item) in items.enumerated() {
            guard let lease = leases[item.submission] else { continue }
            let submission = submissions[item.submission]
            if item.submission != current {
                broughtBySubmission = []
                current = item.submission
            }
            let share = ShareRule.Case(
                proof: submission.proofs[item.proof],
                submissionID: submission.submissionID,
                client: submission.client,
                lease: lease,
                job: item.job,
                proofHash: item.proofHash,
                isStale: item.isStale,
                nowMs: nowMs
            )
            var verdict = ShareRule.verdict(on: share) { broughtHere[item.key] ?? remembered(item.key, item.job.id) }
            if verdict.status == .accepted {
                // Twice in one submission is twice the same work, whoever sends it.
                if broughtBySubmission.insert(item.key).inserted {
                    broughtHere[item.key] = submission.submissionID
                    acceptedItems.append(index)
                } else {
                    verdict.status = .duplicate
                }
            }
            results[item.submission].verdicts[item.proof] = verdict
        }
    }

    /// The blocks that were solved, by their hash.
    func candidates(nowMs: UInt64) -> [Hash256: BlockCandidate] {
        var candidates: [Hash256: BlockCandidate] = [:]
        for item in items where results[item.submission].verdicts[item.proof].block && candidates[item.key] == nil {
            guard let lease = leases[item.submission] else { continue }
            let submission = submissions[item.submission]
            candidates[item.key] = BlockCandidate(
                jobID: item.job.id,
                header: item.header,
                coinbase: item.job.recipe.coinbase(
                    extranonce1: lease.extranonce1,
                    extranonce2: submission.proofs[item.proof].extranonce2
                ),
                finder: submission.client ?? lease.client,
                foundAtMs: nowMs
            )
        }
        return candidates
    }

    /// What the ledger is to record, in the order in which `settle` counts.
    func accepted(nowMs: UInt64) -> ShareColumns {
        var shares = ShareColumns()
        shares.reserveCapacity(acceptedItems.count)
        var current = -1
        var place: UInt32 = 0
        var work: UInt64 = 0
        for index in acceptedItems {
            let item = items[index]
            guard let lease = leases[item.submission] else { continue }
            if item.submission != current {
                current = item.submission
                place = shares.append(client: lease.client)
                work = UInt64(clamping: lease.shareTarget.work.hashes)
            }
            shares.append(
                proofHash: item.key,
                jobID: item.job.id,
                submissionID: submissions[item.submission].submissionID,
                work: work,
                judgedAtMs: nowMs,
                headerTime: lease.time,
                clientPlace: place
            )
        }
        return shares
    }

    /// The ledger decides who was first: not those at `duplicates`.
    mutating func settle(duplicates: [Int]) {
        for place in duplicates {
            let item = items[acceptedItems[place]]
            results[item.submission].verdicts[item.proof].status = .duplicate
        }
    }

    /// Proofs that count for nothing, by client, for the ledger's statistics.
    func refused() -> [RefusedShares] {
        zip(submissions, results).compactMap { submission, result in
            guard let client = submission.client else { return nil }
            let stale = result.verdicts.count { $0.status == .stale }
            let accepted = result.verdicts.count { $0.status == .accepted }
            let other = result.verdicts.count - stale - accepted
            guard stale > 0 || other > 0 else { return nil }
            return RefusedShares(client: client, stale: UInt32(stale), other: UInt32(other))
        }
    }

    /// One for each submission, in order.
    func verdicts() -> [SubmissionVerdict] { results }
}
