import HTTPClient
import JSON

extension FaultyPool {
    /// Asks the pool what an operator does.
    nonisolated func operate(_ method: String, _ path: String, _ body: [UInt8] = []) async throws -> JSON {
        let response = try await HTTPConnection().send(
            HTTPRequest(
                method: method,
                url: adminURL + path,
                headers: [("Lode-Operator", "alice@desk")],
                body: body,
                timeout: .seconds(10),
                responseByteCountMax: 16 << 20
            )
        )
        let answer = try JSON(parsing: response.body)
        guard response.status == 200 else { throw EndToEndError.nothingFound("\(response.status): \(answer)") }
        return answer
    }
}
