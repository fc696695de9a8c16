package import Messages
package import Messaging

/// Where a job is found by its id: the JobService.
package protocol JobLookup: Sendable {
    func getJob(_ request: GetJobRequest) async throws(RPCError) -> Job
}

/// Hints that there is a new job.
package protocol JobEvents: Sendable {
    /// Throws only when no more will come.
    func next() async throws(MessagingError) -> Job
}

/// Where accepted shares are written down: the PayoutService.
package protocol ShareLedger: Sendable {
    func recordShares(_ request: RecordSharesRequest) async throws(RPCError) -> RecordSharesReply
}

/// Who brings a solved block to the nodes: the ChainWatcher.
package protocol BlockSubmission: Sendable {
    func submitBlock(_ request: BlockCandidate) async throws(RPCError) -> SubmitBlockReply
}

extension JobsClient: JobLookup {}
extension Subscriber<Job>: JobEvents {}
extension LedgerClient: ShareLedger {}
extension BlocksClient: BlockSubmission {}
