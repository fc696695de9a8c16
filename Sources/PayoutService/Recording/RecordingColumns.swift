internal import Messages
internal import PostgresClient

/// What one commit writes, in the form in which the server reads it.
struct RecordingColumns {
    private var proofHashes: PostgresColumn
    private var days: PostgresColumn
    private var jobIDs: PostgresColumn
    private var submissionIDs: PostgresColumn
    private var judgedAtMs: PostgresColumn
    private var accountIDs: PostgresColumn
    private var clientNumbers: PostgresColumn
    private var works: PostgresColumn
    private var shareCount = 0
    /// One entry a worker, because one statement may touch each row once only.
    private var refused: [Int32: (stale: Int64, other: Int64)] = [:]

    init(shareCount: Int) {
        proofHashes = PostgresColumn(.hash, capacity: shareCount)
        days = PostgresColumn(.integer32, capacity: shareCount)
        jobIDs = PostgresColumn(.integer64, capacity: shareCount)
        submissionIDs = PostgresColumn(.integer64, capacity: shareCount)
        judgedAtMs = PostgresColumn(.integer64, capacity: shareCount)
        accountIDs = PostgresColumn(.integer32, capacity: shareCount)
        clientNumbers = PostgresColumn(.integer32, capacity: shareCount)
        works = PostgresColumn(.integer64, capacity: shareCount)
    }

    /// - Precondition: The columns of `request` fit together, and `numbers` has those of its clients.
    mutating func append(_ request: RecordSharesRequest, _ numbers: ClientNumbers.OfRequest) {
        shareCount += request.shareCount
        proofHashes.append(hashes: request.proofHashes)
        if request.headerTimes.isEmpty {
            for _ in 0..<request.shareCount { days.append(0) }
        } else {
            for time in request.headerTimes { days.append(ShareDayRange.day(ofHeaderTime: time)) }
        }
        jobIDs.append(request.jobIDs)
        submissionIDs.append(request.submissionIDs)
        works.append(request.works)
        judgedAtMs.append(request.judgedAtMs)
        for place in request.clientPlaces {
            let client = numbers.clients[Int(place)]
            accountIDs.append(client.accountID)
            clientNumbers.append(client.clientNumber)
        }
        for (each, client) in zip(request.refused, numbers.refused) {
            refused[client.workerID, default: (0, 0)].stale += Int64(each.stale)
            refused[client.workerID, default: (0, 0)].other += Int64(each.other)
        }
    }

    /// Returns after the commit.
    ///
    /// - Returns: The places of duplicates, in rising order.
    func record(on connection: isolated PostgresConnection) throws(PostgresError) -> [Int] {
        guard shareCount > 0 || !refused.isEmpty else { return [] }
        let rows = try connection.execute(
            "SELECT record_shares($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                .array(proofHashes),
                .array(days),
                .array(jobIDs),
                .array(submissionIDs),
                .array(judgedAtMs),
                .array(accountIDs),
                .array(clientNumbers),
                .array(works),
                .integers32(refused.map(\.key)),
                .integers(refused.map(\.value.stale)),
                .integers(refused.map(\.value.other)),
            ],
            preparing: true
        )
        return try rows.map { row throws(PostgresError) in try row.integer(0, as: Int.self) - 1 }.sorted()
    }
}
