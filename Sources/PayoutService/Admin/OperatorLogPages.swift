internal import BlockFormat
internal import HTTPServer
internal import JSON
internal import Ledger
internal import PostgresClient
internal import ServiceRuntime

/// The audit log on the admin address: `GET /operator-log?object=TEXT&before=N&count=N`, newest first.
struct OperatorLogPages: AdminPages {
    let name = "/operator-log"
    let log: OperatorLog
    let network: Network
    let readiness: Readiness

    func answer(_ request: IncomingRequest) async -> OutgoingResponse? {
        guard request.path == name else { return nil }
        return await OperatorPage.answer(once: readiness) { () async throws(OperatorPage.Refusal) in
            guard request.method == "GET" else {
                throw OperatorPage.Refusal(405, "GET \(name) lists; nothing can be changed")
            }
            let part = try OperatorPage.part(of: request, atMost: OperatorLog.listCountMax)
            let object = request.query["object"].map(canonical)
            let page = try await OperatorPage.reading { () async throws(PostgresError) in
                try await log.page(about: object, before: part.before, count: part.count)
            }
            return [
                "entries": .array(page.entries.map { JSON($0) }), "next": page.next.map { JSON($0) } ?? .null,
            ]
        }
    }

    /// An account stands in the log by its address as the pool writes it, however it is spelled here.
    private func canonical(_ object: String) -> String {
        let prefix = OperatorEntry.object(account: "")
        guard object.hasPrefix(prefix),
            let account = AccountName(address: String(object.dropFirst(prefix.count)), on: network)
        else { return object }
        return OperatorEntry.object(account: account.description)
    }
}
