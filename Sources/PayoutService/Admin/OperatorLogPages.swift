internal import HTTPServer
internal import JSON
internal import PostgresClient
internal import ServiceRuntime

/// The audit log on the admin address: `GET /operator-log?object=TEXT&before=N&count=N`, newest first.
struct OperatorLogPages: AdminPages {
    private static let countStandard: Int64 = 50

    let name = "/operator-log"
    let log: OperatorLog
    let readiness: Readiness

    func answer(_ request: IncomingRequest) async -> OutgoingResponse? {
        guard request.path == name else { return nil }
        return await OperatorPage.answer(once: readiness) { () async throws(OperatorPage.Refusal) in
            guard request.method == "GET" else {
                throw OperatorPage.Refusal(405, "GET \(name) lists; nothing can be changed")
            }
            let range = 1...Int64(OperatorLog.listCountMax)
            let count = try OperatorPage.number("count", of: request, in: range, standard: Self.countStandard)
            let before = try OperatorPage.number("before", of: request, in: 1...Int64.max, standard: .max)
            let entries = try await OperatorPage.reading { () async throws(PostgresError) in
                try await log.list(about: request.query["object"], before: before, count: Int(count))
            }
            let isMore = entries.count == Int(count)
            return [
                "entries": .array(entries.map { JSON($0) }),
                "next": isMore ? entries.last.map { JSON($0.number) } ?? .null : .null,
            ]
        }
    }
}
