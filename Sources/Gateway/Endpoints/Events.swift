import HTTPServer
import JSON
import Messages
import System

/// `GET /events`: jobs, blocks and, for a client that names itself, bins, as they come.
struct Events: Sendable {
    private let desk: Desk

    init(_ desk: Desk) {
        self.desk = desk
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let client = try client(request)
        guard request.http.method != "HEAD" else { return Self.response(.bytes([])) }
        let listener = try desk.hub.listen(from: request.address.network, client: client) { [offers = desk.offers] in
            if let client { offers.left(client) }
        }
        if let client { desk.offers.joined(client) }
        // The state first: what came before the stream began is not missed.
        listener.stream.write(Array(": events of the pool\n\n".utf8))
        if let job = desk.board.job { listener.stream.write(EventHub.frame("job", job.encoded)) }
        return Self.response(.stream(listener.stream))
    }

    private func client(_ request: MinerRequest) throws(APIError) -> Client? {
        let query = request.http.query
        guard query["id"] != nil else { return nil }
        return try desk.client(RequestFields(query: query))
    }

    private static func response(_ body: OutgoingResponse.Body) -> OutgoingResponse {
        OutgoingResponse(
            status: 200,
            headers: [
                ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
            ],
            body: body
        )
    }
}
