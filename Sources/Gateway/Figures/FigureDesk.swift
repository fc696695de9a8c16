import BlockFormat
import HTTPServer
import JSON
import Messages
import ServiceRuntime

/// What the pages of figures share: the ledger, behind a cache.
struct FigureDesk: Sendable {
    private let desk: Desk
    private let cache: AnswerCache

    init(_ desk: Desk) {
        self.desk = desk
        cache = AnswerCache(clock: desk.surroundings.clock)
    }

    var board: PoolBoard { desk.board }

    /// The same question within a while gets the same answer; questions are the same when path and numbers are.
    ///
    /// `missing` is the refusal when the ledger has no such thing; without it there is nothing that could be missing.
    func answer(
        _ question: String,
        missing: APIError? = nil,
        _ ask: (LedgerClient) async throws(RPCError) -> OutgoingResponse
    ) async throws(APIError) -> OutgoingResponse {
        try await cache.answer(question) { () async throws(APIError) in
            do throws(RPCError) {
                return try await ask(desk.ledger)
            } catch {
                if error.code == .notFound, let missing { throw missing }
                throw desk.failure(error, from: "the ledger")
            }
        }
    }

    /// The address in the path, in its canonical form.
    func address(_ request: MinerRequest) throws(APIError) -> String {
        guard let address = Address(request.parameters["address"] ?? "", on: desk.network) else {
            throw .invalid("address", "an address of \(desk.network)")
        }
        return address.text
    }
}

extension MinerRequest {
    /// A whole number of the query.
    func number(_ name: String, in range: ClosedRange<UInt64>, standard: UInt64) throws(APIError) -> UInt64 {
        guard let text = http.query[name] else { return standard }
        guard let number = UInt64(text), range.contains(number) else {
            throw .invalid(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
