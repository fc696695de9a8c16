internal import BlockFormat
internal import Messages
internal import PostgresClient
internal import ServiceRuntime
import Synchronization

/// The numbers under which the database knows clients: looked up, and their addresses checked, once for each client.
final class ClientNumbers: Sendable {
    /// Past this all are forgotten, and looked up again.
    private static let countMax = 100_000

    struct Numbers {
        let accountID: Int32
        let workerID: Int32
        let clientNumber: Int32
    }

    /// Those of one request's clients, and of the clients of its refused shares, in their order.
    struct OfRequest {
        var clients: [Numbers] = []
        var refused: [Numbers] = []
    }

    private let network: Network
    private let clock: any WallClock
    private let known = Mutex<[Client: Numbers]>([:])

    init(on network: Network, clock: any WallClock) {
        self.network = network
        self.clock = clock
    }

    func forget() {
        known.withLock { $0 = [:] }
    }

    /// - Returns: For each request its clients' numbers, or `.invalidArgument` when one of them is missing or malformed.
    func numbers(
        of requests: [RecordSharesRequest],
        on connection: isolated PostgresConnection
    ) throws(PostgresError) -> [Result<OfRequest, RPCError>] {
        var found = known.withLock { known in
            if known.count > Self.countMax { known = [:] }
            return requests.map { Self.look(for: $0, in: known) }
        }
        let missing = found.indices.filter { found[$0] == nil }
        guard !missing.isEmpty else { return found.map { .success($0 ?? OfRequest()) } }
        var refusals: [Int: RPCError] = [:]
        var unknown: Set<Client> = []
        for index in missing {
            do throws(RPCError) {
                unknown.formUnion(try unknownClients(of: requests[index]))
            } catch {
                refusals[index] = error
            }
        }
        try register(Array(unknown), on: connection)
        known.withLock { known in
            for index in missing where refusals[index] == nil {
                found[index] = Self.look(for: requests[index], in: known)
            }
        }
        var results: [Result<OfRequest, RPCError>] = []
        for (index, numbers) in found.enumerated() {
            if let refusal = refusals[index] {
                results.append(.failure(refusal))
            } else if let numbers {
                results.append(.success(numbers))
            } else {
                throw .unreadable("not every client was registered")
            }
        }
        return results
    }

    /// - Returns: `nil` unless every client of the request is known.
    private static func look(for request: RecordSharesRequest, in known: [Client: Numbers]) -> OfRequest? {
        var numbers = OfRequest()
        numbers.clients.reserveCapacity(request.clients.count)
        for client in request.clients {
            guard let one = known[client] else { return nil }
            numbers.clients.append(one)
        }
        for refused in request.refused {
            guard let client = refused.client, let one = known[client] else { return nil }
            numbers.refused.append(one)
        }
        return numbers
    }

    private func unknownClients(of request: RecordSharesRequest) throws(RPCError) -> Set<Client> {
        let clients = request.clients + request.refused.compactMap(\.client)
        let unknown = known.withLock { known in Set(clients.filter { known[$0] == nil }) }
        for client in unknown { _ = try client.checked(on: network) }
        return unknown
    }

    private func register(_ clients: [Client], on connection: isolated PostgresConnection) throws(PostgresError) {
        guard !clients.isEmpty else { return }
        let rows = try connection.execute(
            "SELECT * FROM register_clients($1, $2, $3, $4)",
            [
                .texts(clients.map(\.address)),
                .texts(clients.map(\.worker)),
                .byteStrings(clients.map(\.clientID)),
                .integer(Int64(clamping: clock.unixMilliseconds)),
            ]
        )
        var numbers: [(Client, Numbers)] = []
        for row in rows {
            let client = clients[try row.integer(0, as: Int.self) - 1]
            numbers.append(
                (
                    client,
                    Numbers(
                        accountID: try row.integer(1),
                        workerID: try row.integer(2),
                        clientNumber: try row.integer(3)
                    )
                )
            )
        }
        known.withLock { known in
            for (client, each) in numbers { known[client] = each }
        }
    }
}
