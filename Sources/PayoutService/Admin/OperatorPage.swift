internal import HTTPServer
internal import JSON
internal import PostgresClient
internal import ServiceRuntime

/// What the pages that operators work with have in common.
enum OperatorPage {
    /// A refusal, before it becomes an answer.
    struct Refusal: Error {
        let status: Int
        let text: String
        /// Seconds.
        let retryAfter: UInt64?

        init(_ status: Int, _ text: String, retryAfter: UInt64? = nil) {
            self.status = status
            self.text = text
            self.retryAfter = retryAfter
        }

        init(_ error: PostgresError) {
            self.init(503, "the ledger's database: \(error)")
        }

        var response: OutgoingResponse {
            var response = OutgoingResponse(status: status, json: ["error": JSON(text)])
            if let retryAfter { response.headers.append(("Retry-After", "\(retryAfter)")) }
            return response
        }
    }

    /// What `body` gives, or why not; without a database there is nothing to be asked or done.
    static func answer(
        once readiness: Readiness,
        _ body: () async throws(Refusal) -> JSON
    ) async -> OutgoingResponse {
        do throws(Refusal) {
            guard (try? readiness.check()) != nil else { throw Refusal(503, "the ledger waits for its database") }
            return OutgoingResponse(json: try await body())
        } catch {
            return error.response
        }
    }

    /// Who wants to do what this request is about; now it counts as begun.
    static func operatorName(_ request: IncomingRequest, _ pace: OperatorPace) throws(Refusal) -> OperatorName {
        let name: OperatorName
        do throws(OperatorName.Refusal) {
            name = try OperatorName(of: request)
        } catch {
            throw Refusal(400, "\(error)")
        }
        if let waitMs = pace.take() {
            let seconds = (waitMs + 999) / 1_000
            throw Refusal(429, "too much is asked for at once: try again in \(seconds) s", retryAfter: seconds)
        }
        return name
    }

    /// A whole number of the query within bounds, or what holds without it.
    private static func number(
        _ name: String,
        of request: IncomingRequest,
        in range: ClosedRange<Int64>,
        standard: Int64
    ) throws(Refusal) -> Int64 {
        guard let text = request.query[name] else { return standard }
        guard let number = Int64(text), range.contains(number) else {
            throw Refusal(400, "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Entries of a list without a count in its query.
    private static let countStandard: Int64 = 50

    /// Which part of a list is wanted: at most `count` of those with smaller numbers than `before`.
    static func part(
        of request: IncomingRequest,
        atMost countMax: Int
    ) throws(Refusal) -> (before: Int64, count: Int) {
        let count = try number("count", of: request, in: 1...Int64(countMax), standard: countStandard)
        return (try number("before", of: request, in: 1...Int64.max, standard: .max), Int(count))
    }

    static func reading<Value>(
        _ call: () async throws(PostgresError) -> Value
    ) async throws(Refusal) -> Value {
        do throws(PostgresError) {
            return try await call()
        } catch {
            throw Refusal(error)
        }
    }
}
