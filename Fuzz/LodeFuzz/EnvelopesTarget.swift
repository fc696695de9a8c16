import Messages
import Messaging

extension FuzzTarget {
    /// What another process sends over a socket: whatever is read must be written the same again.
    static let envelopes = FuzzTarget(name: "envelopes") { bytes in
        if let request = try? handler.request(bytes) { check(JudgeSharesRequest.self, request.payload) }
        check(Request.self, bytes)
        check(Reply.self, bytes)
        check(Job.self, bytes)
        check(Template.self, bytes)
        check(BinOffer.self, bytes)
        check(ReportBinRequest.self, bytes)
        check(JudgeSharesRequest.self, bytes)
        check(JudgeSharesReply.self, bytes)
        check(JudgeSessionSharesRequest.self, bytes)
        check(JudgeSessionSharesReply.self, bytes)
        check(SessionLease.self, bytes)
        check(BlockCandidate.self, bytes)
        check(BlockChanged.self, bytes)
        check(RecordSharesRequest.self, bytes)
        check(BlockReport.self, bytes)
        check(MinerStatement.self, bytes)
        check(PoolStatement.self, bytes)
    }

    /// The server's own reading of an envelope.
    private static let handler = CallHandler(SharesDispatcher(NoShares()), limits: .standard)

    private struct NoShares: SharesHandler {
        func judgeShares(_ request: JudgeSharesRequest) async throws(RPCError) -> JudgeSharesReply { .init() }
        func judgeSessionShares(
            _ request: JudgeSessionSharesRequest
        ) async throws(RPCError) -> JudgeSessionSharesReply { .init() }
    }

    private static func check<Message: WireMessage & Equatable>(_ type: Message.Type, _ bytes: [UInt8]) {
        guard let message = try? Message(decoding: bytes) else { return }
        precondition((try? Message(decoding: message.encoded())) == message, "\(type) does not survive its own bytes")
    }
}
