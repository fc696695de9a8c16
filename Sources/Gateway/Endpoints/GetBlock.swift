import HTTPServer
import JSON
import Messages
import MiningDomain
import ServiceRuntime

/// `GET /getblock`: the current job, or one that is still alive.
struct GetBlock: Sendable {
    private let desk: Desk

    init(_ desk: Desk) {
        self.desk = desk
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let current = desk.board.job
        guard let text = request.http.query["job_id"] else {
            guard let current else { throw .noJob }
            return OutgoingResponse(encodedJSON: current.encoded)
        }
        // To miners an id is opaque: one that is none of ours names no job, and is not malformed.
        guard let id = JobID(text) else { throw .unknownJob }
        if let current, current.job.jobID == id.value { return OutgoingResponse(encodedJSON: current.encoded) }
        return OutgoingResponse(json: JSON(try await job(id)))
    }

    private func job(_ id: JobID) async throws(APIError) -> Job {
        do throws(RPCError) {
            return try await desk.jobs.getJob(GetJobRequest(jobID: id.value))
        } catch {
            throw error.code == .notFound ? .unknownJob : desk.failure(error, from: "the job service")
        }
    }
}
