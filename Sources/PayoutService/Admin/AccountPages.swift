internal import HTTPServer
internal import JSON
internal import MiningDomain
internal import PostgresClient
internal import ServiceRuntime

/// What an operator sees of one account, and sets for it: `/accounts/ADDRESS` on the admin address.
///
/// `GET` shows it; `PUT ?payout_threshold=UNITS&payout_interval_seconds=N` sets one or both; `DELETE` lets the pool's own
/// settings hold again; `POST /accounts/ADDRESS/admit` has one paid again that the wallet's node had refused to pay. `GET
/// /accounts?before=N&count=N` lists those.
struct AccountPages: AdminPages {
    let name = "/accounts"

    let desk: AccountDesk
    let exclusions: ExclusionReader
    let readiness: Readiness

    func answer(_ request: IncomingRequest) async -> OutgoingResponse? {
        guard request.path == name || request.path.hasPrefix(name + "/") else { return nil }
        return await OperatorPage.answer(once: readiness) { () async throws(OperatorPage.Refusal) in
            guard request.path != name else { return try await list(request) }
            var address = String(request.path.dropFirst(name.count + 1))
            if request.method == "POST", address.hasSuffix("/admit") {
                address.removeLast("/admit".count)
                let name = try OperatorPage.operatorName(request, desk.log.pace)
                return try await told { () async throws(AccountRefusal) in
                    try await desk.admit(address, by: name)
                }
            }
            guard !address.isEmpty else { throw OperatorPage.Refusal(400, "after /accounts/ must stand an address") }
            switch request.method {
            case "GET":
                return try await told { () async throws(AccountRefusal) in try await desk.show(address) }
            case "PUT":
                let wish = try wish(request)
                let name = try OperatorPage.operatorName(request, desk.log.pace)
                return try await told { () async throws(AccountRefusal) in
                    try await desk.set(address, to: wish, by: name)
                }
            case "DELETE":
                let name = try OperatorPage.operatorName(request, desk.log.pace)
                return try await told { () async throws(AccountRefusal) in
                    try await desk.reset(address, by: name)
                }
            case _:
                throw OperatorPage.Refusal(
                    405,
                    "GET shows the account, PUT sets, DELETE resets, POST /accounts/ADDRESS/admit admits"
                )
            }
        }
    }

    private func list(_ request: IncomingRequest) async throws(OperatorPage.Refusal) -> JSON {
        guard request.method == "GET" else {
            throw OperatorPage.Refusal(405, "GET lists the accounts that are not paid")
        }
        let part = try OperatorPage.part(of: request, atMost: ExclusionReader.listCountMax)
        let list = try await OperatorPage.reading { () async throws(PostgresError) in
            try await exclusions.list(before: part.before, count: part.count)
        }
        return ["accounts": .array(list.accounts), "next": list.next.map { JSON($0) } ?? .null]
    }

    private func wish(_ request: IncomingRequest) throws(OperatorPage.Refusal) -> AccountWish {
        var wish = AccountWish()
        if let text = request.query["payout_threshold"] {
            guard let units = UInt64(text) else {
                throw OperatorPage.Refusal(400, "payout_threshold must be a whole number of base units")
            }
            wish.threshold = Amount(units: units)
        }
        if let text = request.query["payout_interval_seconds"] {
            guard let seconds = Int64(text) else {
                throw OperatorPage.Refusal(400, "payout_interval_seconds must be a whole number")
            }
            wish.intervalSeconds = seconds
        }
        guard wish != AccountWish() else {
            throw OperatorPage.Refusal(400, "nothing to set: give payout_threshold, payout_interval_seconds, or both")
        }
        return wish
    }

    private func told(
        _ call: () async throws(AccountRefusal) -> JSON
    ) async throws(OperatorPage.Refusal) -> JSON {
        do throws(AccountRefusal) {
            return try await call()
        } catch {
            let status =
                switch error {
                case .notAnAddress: 400
                case .unknown: 404
                case .wish: 409
                case .database: 503
                }
            throw OperatorPage.Refusal(status, "\(error)")
        }
    }
}
