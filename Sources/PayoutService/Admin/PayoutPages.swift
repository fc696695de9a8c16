internal import HTTPServer
internal import JSON
internal import Ledger
internal import PostgresClient
internal import ServiceRuntime

/// What an operator sees of payouts, and does about them: `/payouts` on the admin address.
///
/// `GET /payouts?state=S&before=N&count=N` lists them, newest first; `GET /payouts/ID` shows one; `POST
/// /payouts/ID/retry`, `/cancel` and `/export`, and `PUT /payouts/ID/psbt`, act, and want to know for whom.
struct PayoutPages: AdminPages {
    let name = "/payouts"
    let desk: PayoutDesk
    let reader: PayoutReader
    let readiness: Readiness

    func answer(_ request: IncomingRequest) async -> OutgoingResponse? {
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        guard parts.first == "payouts" else { return nil }
        return await OperatorPage.answer(once: readiness) { () async throws(OperatorPage.Refusal) in
            switch (request.method, parts.count) {
            case ("GET", 1): try await list(request)
            case ("GET", 2): try await show(try id(parts[1]))
            case ("PUT", 3) where parts[2] == "psbt": try await take(request, for: try id(parts[1]))
            case ("POST", 3) where parts[2] == "export": try await export(try id(parts[1]), request)
            case ("POST", 3): try await act(parts[2], on: try id(parts[1]), request)
            case _:
                throw OperatorPage.Refusal(
                    405,
                    "GET /payouts lists, GET /payouts/ID shows, POST /payouts/ID/retry, /cancel and /export and PUT /payouts/ID/psbt act"
                )
            }
        }
    }

    private func list(_ request: IncomingRequest) async throws(OperatorPage.Refusal) -> JSON {
        var state: PayoutAttempt.State?
        if let text = request.query["state"] {
            state = PayoutAttempt.State(rawValue: text)
            guard state != nil else {
                let states = PayoutAttempt.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw OperatorPage.Refusal(400, "there is no state \"\(text)\": there are \(states)")
            }
        }
        let part = try OperatorPage.part(of: request, atMost: PayoutReader.listCountMax)
        let wanted = state
        let list = try await OperatorPage.reading { () async throws(PostgresError) in
            try await reader.list(wanted, before: part.before, count: part.count)
        }
        return ["payouts": .array(list.payouts), "next": list.next.map { JSON($0) } ?? .null]
    }

    private func show(_ id: Int64) async throws(OperatorPage.Refusal) -> JSON {
        let found = try await OperatorPage.reading { () async throws(PostgresError) in try await reader.show(id) }
        guard let payout = found else { throw OperatorPage.Refusal(404, "there is no payout \(id)") }
        return payout
    }

    private func act(_ verb: String, on id: Int64, _ request: IncomingRequest) async throws(OperatorPage.Refusal)
        -> JSON
    {
        guard let verb = Verb(rawValue: verb) else {
            throw OperatorPage.Refusal(404, "a payout has /retry, /cancel, /export and /psbt")
        }
        let name = try OperatorPage.operatorName(request, desk.log.pace)
        do throws(PayoutRefusal) {
            switch verb {
            case .retry: try await desk.retry(id, by: name)
            case .cancel: try await desk.cancel(id, by: name)
            }
        } catch {
            throw OperatorPage.Refusal(error, payout: id)
        }
        return try await show(id)
    }

    private func export(_ id: Int64, _ request: IncomingRequest) async throws(OperatorPage.Refusal) -> JSON {
        let name = try OperatorPage.operatorName(request, desk.log.pace)
        do throws(PayoutRefusal) {
            return ["id": JSON(id), "psbt": JSON(try await desk.export(id, by: name))]
        } catch {
            throw OperatorPage.Refusal(error, payout: id)
        }
    }

    private func take(_ request: IncomingRequest, for id: Int64) async throws(OperatorPage.Refusal) -> JSON {
        let name = try OperatorPage.operatorName(request, desk.log.pace)
        do throws(PayoutRefusal) {
            try await desk.take(request.body, for: id, by: name)
        } catch {
            throw OperatorPage.Refusal(error, payout: id)
        }
        return try await show(id)
    }

    private enum Verb: String {
        case retry
        case cancel
    }

    private func id(_ text: String) throws(OperatorPage.Refusal) -> Int64 {
        guard let id = Int64(text), id > 0 else {
            throw OperatorPage.Refusal(400, "a payout's number is a whole number above 0, and \"\(text)\" is not")
        }
        return id
    }
}

extension OperatorPage.Refusal {
    /// With what would do instead.
    init(_ refusal: PayoutRefusal, payout id: Int64) {
        let text = "payout \(id): \(refusal)"
        switch refusal {
        case .unknown: self.init(404, "there is no payout \(id)")
        case .busy, .wallet, .store: self.init(503, text)
        case .notAPSBT: self.init(400, text)
        case .notStuck, .conflictUnproven, .final, .notHandedOver, .paused, .notTheSame, .incomplete, .signedLoosely,
            .notTaken:
            self.init(409, text)
        case .mayStillBePaid: self.init(409, "\(text); only a reserved or conflicted one can be cancelled")
        }
    }
}
