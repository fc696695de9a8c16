import HTTPServer
import JSON
import Messages
import ServiceRuntime

/// `GET /api/accounts/{address}`, its `/history`, `/payouts` and `/statement.csv`, and `GET /api/payouts`.
struct AccountPages: Sendable {
    private static let workerByteCountMax = 64
    private static let payoutCountMax: UInt64 = 100
    /// Lines of one statement; the next page says where it goes on.
    private static let lineCountMax: UInt32 = 5_000

    private let desk: FigureDesk

    init(_ desk: FigureDesk) {
        self.desk = desk
    }

    @Sendable func account(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let address = try desk.address(request)
        return try await desk.answer("account \(address)") { ledger throws(RPCError) in
            let figures = try await ledger.getAccount(GetAccountRequest(address: address))
            let statement = try await ledger.getMiner(GetMinerRequest(address: address))
            return OutgoingResponse(json: JSON(address, figures, statement))
        }
    }

    @Sendable func history(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let (address, hours) = (try desk.address(request), try request.hours())
        let worker = request.http.query["worker"] ?? ""
        guard worker.utf8.count <= Self.workerByteCountMax, !worker.utf8.contains(0) else {
            throw .invalid("worker", "a worker's name")
        }
        return try await desk.answer("history \(address) \(hours) \(worker)") { ledger throws(RPCError) in
            let asked = GetSamplesRequest(address: address, worker: worker, hours: hours)
            return OutgoingResponse(json: JSON(try await ledger.getSamples(asked)))
        }
    }

    @Sendable func payouts(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let address = request.parameters["address"] == nil ? "" : try desk.address(request)
        let state = request.http.query["state"] ?? "all"
        guard ["all", "pending"].contains(state) else { throw .invalid("state", "all or pending") }
        let asked = GetPayoutsRequest(
            address: address,
            pending: state == "pending",
            before: try request.number("before", in: 0...UInt64(Int64.max), standard: 0),
            count: UInt32(try request.number("count", in: 1...Self.payoutCountMax, standard: 20))
        )
        return try await desk.answer("payouts \(address) \(state) \(asked.before) \(asked.count)") {
            ledger throws(RPCError) in
            let payouts = try await ledger.getPayouts(asked).payouts
            return OutgoingResponse(json: ["payouts": .array(payouts.map { JSON($0) })])
        }
    }

    @Sendable func statement(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let address = try desk.address(request)
        let after = try request.number("after", in: 0...UInt64(Int64.max), standard: 0)
        return try await desk.answer("statement \(address) \(after)") { ledger throws(RPCError) in
            let asked = GetEntriesRequest(address: address, after: after, count: Self.lineCountMax)
            let entries = try await ledger.getEntries(asked)
            var headers = [("Content-Type", "text/csv; charset=utf-8"), ("Cache-Control", "no-store")]
            if entries.hasMore, let last = entries.entries.last {
                headers.append(("Link", "<statement.csv?after=\(last.number)>; rel=\"next\""))
            }
            let body = StatementText.text(of: entries.entries)
            return OutgoingResponse(status: 200, headers: headers, body: .bytes(Array(body.utf8)))
        }
    }
}
