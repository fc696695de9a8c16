import Cryptography
import HTTPServer
import JSON
import Messages
import MiningDomain
import ServiceRuntime

/// `POST /reduce_diff_hash`: proofs found in a bin, and whether the bin is done.
struct ReduceDifficultyHash: Sendable {
    private let desk: Desk

    init(_ desk: Desk) {
        self.desk = desk
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let fields = try request.fields()
        let client = try desk.client(fields)
        let report = try ReportFields(fields)
        let verdicts = try await verdicts(on: report, of: client)
        // After the verdicts, because the measured speed rests on what was accepted.
        let reply = try await send(report, verdicts, of: client)
        if report.isDone { desk.offers.finishedOne(client) }
        if let next = reply?.nextBin { desk.offers.gave(next, to: client) }
        return OutgoingResponse(json: Self.page(report.proofs, verdicts, reply, currentJobID: currentJobID(reply)))
    }

    private func verdicts(on report: ReportFields, of client: Client) async throws(APIError) -> [Verdict] {
        guard !report.proofs.isEmpty else { return [] }
        let submission = Submission(
            submissionID: SecureRandom.uint64(),
            client: client,
            signedLease: report.signedLease,
            proofs: report.proofs
        )
        let verdict: SubmissionVerdict
        do throws(RPCError) {
            verdict = try await desk.batcher.judge(submission)
        } catch {
            throw error.code == .deadlineExceeded
                ? .judgedTooLate : desk.failure(error, from: "the share service, which accepted nothing,")
        }
        guard verdict.leaseValid else { throw Self.foreignBin }
        guard verdict.verdicts.count == report.proofs.count else { throw .unexpected }
        return verdict.verdicts
    }

    /// - Returns: `nil` when the proofs are judged and only this could not be told.
    private func send(
        _ report: ReportFields,
        _ verdicts: [Verdict],
        of client: Client
    ) async throws(APIError) -> ReportBinReply? {
        let accepted = zip(report.proofs, verdicts).filter { $0.1.status == .accepted }
        let message = ReportBinRequest(
            signedLease: report.signedLease,
            client: client,
            done: report.isDone,
            hits: UInt32(accepted.count),
            furthest: accepted.map { UInt64($0.0.extranonce2) << 32 | UInt64($0.0.nonce) }.max() ?? 0
        )
        do throws(RPCError) {
            return try await desk.jobs.reportBin(message)
        } catch {
            guard verdicts.isEmpty else {
                desk.surroundings.log.debug("bin not reported", ["reason": error])
                return nil
            }
            throw error.code == .invalidArgument ? Self.foreignBin : desk.failure(error, from: "the job service")
        }
    }

    private static let foreignBin = APIError.invalid("bin", "a bin that this pool gave, as POST /getbin gave it")

    private func currentJobID(_ reply: ReportBinReply?) -> JSON {
        if let id = reply?.currentJobID, id > 0 { return JSON(JobID.text(id)) }
        return desk.board.job.map { JSON($0.job.idText) } ?? nil
    }

    private static func page(
        _ proofs: [Proof],
        _ verdicts: [Verdict],
        _ reply: ReportBinReply?,
        currentJobID: JSON
    ) -> JSON {
        [
            "results": .array(zip(proofs, verdicts).map { result($0, $1) }),
            "next_bin": reply?.nextBin.flatMap { JSON($0) } ?? nil,
            "current_job_id": currentJobID,
        ]
    }

    private static func result(_ proof: Proof, _ verdict: Verdict) -> JSON {
        var result = JSONObject()
        result["nonce"] = JSON(proof.nonce)
        result["extranonce2"] = JSON(proof.extranonce2)
        result["status"] = verdict.status == .accepted ? "accepted" : "rejected"
        result["reason"] = reason(verdict.status)
        result["block"] = JSON(verdict.block)
        return .object(result)
    }

    private static func reason(_ status: ShareStatus) -> JSON? {
        switch status {
        case .accepted: nil
        case .lowDifficulty: "low_difficulty"
        case .duplicate: "duplicate"
        case .outsideBin: "outside_bin"
        case .stale: "stale"
        case .expired: "expired"
        case .hashMismatch: "hash_mismatch"
        case .timeOutOfRange: "time_out_of_range"
        case .versionNotAllowed: "version_not_allowed"
        case .unauthorized: "unauthorized"
        case .unspecified: "unknown"  // of a share service that is newer than this gateway
        }
    }
}
