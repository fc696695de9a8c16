internal import BlockFormat
internal import Messages
internal import PostgresClient
internal import ServiceRuntime
import Synchronization

/// Puts share requests into the database, all of one call in one commit.
final class ShareWriter: Sendable {
    /// The session that it writes through, and where its calls run.
    let connection: PostgresConnection
    private let clients: ClientNumbers
    private let days = ShareDays()

    init(_ settings: PostgresSettings, network: Network, clock: any WallClock) {
        connection = PostgresConnection(settings)
        clients = ClientNumbers(on: network, clock: clock)
    }

    /// - Returns: For each request the places of its duplicates, all else being durable; or why its clients are none.
    func write(
        _ requests: [RecordSharesRequest],
        on connection: isolated PostgresConnection
    ) throws(PostgresError) -> [ShareRecorder.Outcome] {
        do throws(PostgresError) {
            return try writeOnce(requests, on: connection)
        } catch {
            // The server that comes back may be another one, with other numbers and other days.
            clients.forget()
            days.forget()
            throw error
        }
    }

    private func writeOnce(
        _ requests: [RecordSharesRequest],
        on connection: isolated PostgresConnection
    ) throws(PostgresError) -> [ShareRecorder.Outcome] {
        var numbers = try clients.numbers(of: requests, on: connection)
        for index in requests.indices where !(try days.prepare(for: requests[index], on: connection)) {
            numbers[index] = .failure(.failedPrecondition("the shares of a header's day are dropped"))
        }
        var columns = RecordingColumns(shareCount: requests.reduce(0) { $0 + $1.shareCount })
        for (request, numbers) in zip(requests, numbers) {
            if case .success(let numbers) = numbers { columns.append(request, numbers) }
        }
        var duplicates = try columns.record(on: connection)[...]
        var first = 0
        var outcomes: [ShareRecorder.Outcome] = []
        outcomes.reserveCapacity(requests.count)
        for (request, numbers) in zip(requests, numbers) {
            switch numbers {
            case .failure(let error): outcomes.append(.failure(error))
            case .success:
                let own = duplicates.prefix { $0 < first + request.shareCount }
                duplicates = duplicates.dropFirst(own.count)
                outcomes.append(.success(own.map { UInt32($0 - first) }))
                first += request.shareCount
            }
        }
        return outcomes
    }
}
