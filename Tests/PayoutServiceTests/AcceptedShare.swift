import Messages

/// One row of a request's columns.
struct AcceptedShare {
    var proofHash: [UInt8]
    var jobID: UInt64
    var client: Client
    var work: UInt64
    var judgedAtMs: UInt64
    var submissionID: UInt64
    /// 0: not known.
    var headerTime: UInt32 = 1_790_000_000
}

extension RecordSharesRequest {
    init(shares: [AcceptedShare], refused: [RefusedShares] = []) {
        self.init(refused: refused)
        for share in shares {
            let known = clients.firstIndex(of: share.client)
            if known == nil { clients.append(share.client) }
            clientPlaces.append(UInt32(known ?? clients.count - 1))
            proofHashes += share.proofHash
            jobIDs.append(share.jobID)
            submissionIDs.append(share.submissionID)
            works.append(share.work)
            judgedAtMs.append(share.judgedAtMs)
            headerTimes.append(share.headerTime)
        }
    }
}

/// What became of one share.
enum ShareOutcome {
    case recorded
    case duplicate
}

extension LedgerHandler {
    /// One outcome for each share, in order.
    func outcomes(of request: RecordSharesRequest) async throws(RPCError) -> [ShareOutcome] {
        let duplicates = Set(try await recordShares(request).duplicatePlaces)
        return request.jobIDs.indices.map { duplicates.contains(UInt32($0)) ? .duplicate : .recorded }
    }
}
