import HTTPServer
import ServiceRuntime

/// `GET /status`: the pool as a whole, as it was at most a poll ago.
struct Status: Sendable {
    private let desk: Desk

    init(_ desk: Desk) {
        self.desk = desk
    }

    @Sendable func answer(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        OutgoingResponse(json: desk.board.status)
    }
}
