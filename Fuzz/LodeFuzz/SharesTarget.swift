import Hashing
import Messages

@testable import ShareService

extension FuzzTarget {
    /// Proofs, leases, jobs and spool files, through all that the share service does before it asks another service.
    ///
    /// Leases count as signed: a signature is what a fuzzer cannot make.
    static let shares = FuzzTarget(name: "shares") { bytes in
        let (bodies, restByteCount) = SpoolRecord.bodies(bytes)
        precondition(bodies.flatMap { SpoolRecord.framed($0) } + bytes.suffix(restByteCount) == bytes)
        if let job = try? Job(decoding: bytes) { _ = JudgedJob(job) }
        guard let request = try? JudgeSharesRequest(decoding: bytes), let job = JudgedJob(job) else { return }
        let leases = request.submissions.map { submission in
            (try? Lease(decoding: submission.signedLease)).flatMap { CheckedLease($0) }
        }
        let entries = Dictionary(
            leases.compactMap { $0?.jobID }.map { ($0, JobBook.Entry.known(job, isStale: $0 % 2 == 0)) },
            uniquingKeysWith: { first, _ in first }
        )
        var docket = Docket(request.submissions, leases: leases, jobs: entries)
        docket.judge(nowMs: 1_790_000_000_000) { _, _ in nil }
        let accepted = docket.accepted(nowMs: 1_790_000_000_000)
        docket.settle(duplicates: Array(0..<accepted.count))
        precondition(docket.candidates(nowMs: 0).count <= request.submissions.reduce(0) { $0 + $1.proofs.count })
        precondition(!accepted.works.contains(0) && ShareColumns(accepted.request()) == accepted)
        for (submission, verdict) in zip(request.submissions, docket.verdicts()) where verdict.leaseValid {
            precondition(verdict.verdicts.count == submission.proofs.count, "one verdict for each proof")
            precondition(verdict.verdicts.allSatisfy { $0.status != .unspecified && $0.status != .accepted })
        }
    }

    private static let job = Job(
        jobID: 1,
        algorithm: ProofAlgorithm.sha256d.rawValue,
        height: 1,
        previousHash: [UInt8](repeating: 1, count: 32),
        coinbase1: [1, 2, 3],
        coinbase2: [4],
        extranonce1Size: 4,
        extranonce2Size: 4,
        networkTarget: [UInt8](repeating: 0x7f, count: 32)
    )
}
