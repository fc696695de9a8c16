internal import Messages
internal import PostgresClient
internal import ServiceRuntime

/// Puts share requests into the database, all of one call in one commit.
actor ShareWriter {
    /// Clients whose numbers are remembered; past that all are looked up again.
    private static let knownClientCountMax = 100_000

    private struct ClientNumbers {
        let accountID: Int32
        let workerID: Int32
        let clientNumber: Int32
    }

    private let connection: PostgresConnection
    private let clock: any WallClock
    private var known: [Client: ClientNumbers] = [:]

    init(_ settings: PostgresSettings, clock: any WallClock) {
        connection = PostgresConnection(settings)
        self.clock = clock
    }

    /// - Returns: For each request the outcome of each of its shares, in order; all are durable.
    func write(_ requests: [RecordSharesRequest]) async throws(PostgresError) -> [[ShareOutcome]] {
        do throws(PostgresError) {
            return try await writeOnce(requests)
        } catch {
            known = [:]  // the server that comes back may be another one, with other numbers
            throw error
        }
    }

    private func writeOnce(_ requests: [RecordSharesRequest]) async throws(PostgresError) -> [[ShareOutcome]] {
        let shares = requests.flatMap(\.shares)
        let refused = requests.flatMap(\.refused)
        let clients = try await numbers(of: shares.compactMap(\.client) + refused.compactMap(\.client))
        let duplicates = Set(try await record(shares, refused, clients))
        var place = 0
        return requests.map { request in
            request.shares.map { _ in
                place += 1
                return duplicates.contains(place) ? .duplicate : .recorded
            }
        }
    }

    /// - Returns: The places, from 1, of duplicates.
    private func record(
        _ shares: [AcceptedShare],
        _ refused: [RefusedShares],
        _ clients: [Client: ClientNumbers]
    ) async throws(PostgresError) -> [Int] {
        let numbers = shares.map { $0.client.flatMap { clients[$0] } }
        let counts = Self.merged(refused, clients)
        let rows = try await connection.execute(
            "SELECT record_shares($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            [
                .byteStrings(shares.map(\.proofHash)),
                .integers(shares.map { Int64(bitPattern: $0.jobID) }),
                .integers(shares.map { Int64(bitPattern: $0.submissionID) }),
                .integers(shares.map { Int64(clamping: $0.judgedAtMs) }),
                .integers32(numbers.map { $0?.accountID ?? 0 }),
                .integers32(numbers.map { $0?.clientNumber ?? 0 }),
                .integers(shares.map { Int64(bitPattern: $0.work) }),
                .integers32(counts.map(\.workerID)),
                .integers(counts.map(\.stale)),
                .integers(counts.map(\.other)),
            ],
            preparing: true
        )
        return try rows.map { row throws(PostgresError) in try row.integer(0) }
    }

    /// One entry a worker, because one statement may touch each row once only.
    private static func merged(
        _ refused: [RefusedShares],
        _ clients: [Client: ClientNumbers]
    ) -> [(workerID: Int32, stale: Int64, other: Int64)] {
        var counts: [Int32: (stale: Int64, other: Int64)] = [:]
        for each in refused {
            guard let client = each.client, let workerID = clients[client]?.workerID else { continue }
            counts[workerID, default: (0, 0)].stale += Int64(each.stale)
            counts[workerID, default: (0, 0)].other += Int64(each.other)
        }
        return counts.map { ($0.key, $0.value.stale, $0.value.other) }
    }

    private func numbers(of clients: [Client]) async throws(PostgresError) -> [Client: ClientNumbers] {
        if known.count > Self.knownClientCountMax { known = [:] }
        let unknown = Array(Set(clients.filter { known[$0] == nil }))
        guard !unknown.isEmpty else { return known }
        let rows = try await connection.execute(
            "SELECT * FROM register_clients($1, $2, $3, $4)",
            [
                .texts(unknown.map(\.address)),
                .texts(unknown.map(\.worker)),
                .byteStrings(unknown.map(\.clientID)),
                .integer(Int64(clamping: clock.unixMilliseconds)),
            ]
        )
        for row in rows {
            known[unknown[try row.integer(0, as: Int.self) - 1]] = ClientNumbers(
                accountID: try row.integer(1),
                workerID: try row.integer(2),
                clientNumber: try row.integer(3)
            )
        }
        guard rows.count == unknown.count else { throw .unreadable("not every client was registered") }
        return known
    }
}
