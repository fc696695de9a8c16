import HTTPServer
import Hashing
import JSON
import Messages
import ServiceRuntime

/// `GET /api/pool`, `/api/pool/history`, `/api/blocks`, `/api/blocks/{hash}/shares`, `/api/round` and `/api/finders`.
struct PoolPages: Sendable {
    private static let listCountMax: UInt64 = 100
    private static let accountCountMax: UInt64 = 1_000

    private let desk: FigureDesk

    init(_ desk: FigureDesk) {
        self.desk = desk
    }

    @Sendable func pool(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        try await desk.answer("pool") { ledger throws(RPCError) in
            let figures = try await ledger.getFigures(GetFiguresRequest())
            return OutgoingResponse(json: JSON(figures, desk.board.status))
        }
    }

    @Sendable func history(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let hours = try request.hours()
        return try await desk.answer("pool history \(hours)") { ledger throws(RPCError) in
            OutgoingResponse(json: JSON(try await ledger.getSamples(GetSamplesRequest(hours: hours))))
        }
    }

    @Sendable func blocks(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let count = UInt32(try request.number("count", in: 1...Self.listCountMax, standard: 20))
        return try await desk.answer("blocks \(count)") { ledger throws(RPCError) in
            let statement = try await ledger.getPool(GetPoolRequest(blocks: count))
            return OutgoingResponse(json: ["blocks": .array(statement.blocks.map { JSON($0) })])
        }
    }

    @Sendable func shares(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        guard let block = request.parameters["hash"].flatMap({ Hash256(displayHex: $0) }) else {
            throw .invalid("hash", "the block's hash, 64 hex digits as explorers print it")
        }
        return try await work(request, of: block.bytes)
    }

    @Sendable func round(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        try await work(request, of: [])
    }

    private func work(_ request: MinerRequest, of block: [UInt8]) async throws(APIError) -> OutgoingResponse {
        let count = UInt32(try request.number("count", in: 1...Self.accountCountMax, standard: 100))
        return try await desk.answer(
            "work \(Hex.string(block)) \(count)",
            missing: block.isEmpty ? nil : .uncreditedBlock
        ) {
            ledger throws(RPCError) in
            OutgoingResponse(json: JSON(try await ledger.getWork(GetWorkRequest(block: block, count: count))))
        }
    }

    @Sendable func finders(_ request: MinerRequest) async throws(APIError) -> OutgoingResponse {
        let count = UInt32(try request.number("count", in: 1...Self.listCountMax, standard: 20))
        return try await desk.answer("finders \(count)") { ledger throws(RPCError) in
            let finders = try await ledger.getFinders(GetFindersRequest(count: count)).finders
            return OutgoingResponse(json: ["finders": .array(finders.map { JSON($0) })])
        }
    }
}

extension MinerRequest {
    /// How far back a history goes.
    func hours() throws(APIError) -> UInt32 {
        UInt32(try number("hours", in: 1...720, standard: 24))
    }
}
