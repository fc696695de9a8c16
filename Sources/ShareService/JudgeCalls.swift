package import Messages

/// The `Shares` service of `Proto/lode/v1/shares.proto`.
package struct JudgeCalls: SharesHandler {
    let bins: BatchJudge
    let sessions: SessionJudge

    package func judgeShares(_ request: JudgeSharesRequest) async throws(RPCError) -> JudgeSharesReply {
        try await bins.judgeShares(request)
    }

    package func judgeSessionShares(
        _ request: JudgeSessionSharesRequest
    ) async throws(RPCError) -> JudgeSessionSharesReply {
        try await sessions.judge(request)
    }
}
