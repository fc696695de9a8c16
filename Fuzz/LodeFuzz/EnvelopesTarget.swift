import Messages

extension FuzzTarget {
    /// What another process sends over a socket: whatever is read must be written the same again.
    static let envelopes = FuzzTarget(name: "envelopes") { bytes in
        check(Request.self, bytes)
        check(Reply.self, bytes)
        check(Job.self, bytes)
        check(Template.self, bytes)
        check(BinOffer.self, bytes)
        check(ReportBinRequest.self, bytes)
        check(JudgeSharesRequest.self, bytes)
        check(JudgeSharesReply.self, bytes)
        check(BlockCandidate.self, bytes)
        check(BlockChanged.self, bytes)
        check(RecordSharesRequest.self, bytes)
        check(BlockReport.self, bytes)
        check(MinerStatement.self, bytes)
        check(PoolStatement.self, bytes)
    }

    private static func check<Message: WireMessage & Equatable>(_ type: Message.Type, _ bytes: [UInt8]) {
        guard let message = try? Message(decoding: bytes) else { return }
        precondition((try? Message(decoding: message.encoded())) == message, "\(type) does not survive its own bytes")
    }
}
