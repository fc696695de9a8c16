import HTTPClient
import Hashing
import JSON

/// A pool over its HTTP interface.
struct HTTPPool: Pool {
    /// Of one answer; the largest is a job.
    private static let answerByteCountMax = 4 << 20
    /// Longer than the pause between two signs of life of any sensible stream.
    private static let eventSilenceMax: Duration = .seconds(60)

    private let url: String
    private let account: MinerAccount
    private let timeout: Duration
    // A report does not wait for a bin, nor either for events.
    private let requests = HTTPConnection()
    private let reports = HTTPConnection()
    private let stream = HTTPConnection()

    /// The `url` has no path; a slash at its end does not matter.
    init(url: String, account: MinerAccount, timeout: Duration) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.account = account
        self.timeout = timeout
    }

    func join(_ account: MinerAccount, worker: String?) async throws(PoolError) -> PoolMember {
        var fields = JSONObject()
        fields[account.field.key] = JSON(account.field.value)
        if let worker { fields["worker"] = JSON(worker) }
        let answer = try await post("/newclient", fields, on: requests)
        return try Self.read(answer, PoolMember.init)
    }

    func currentJobID() async throws(PoolError) -> String {
        let answer = try await call("GET", "/status", [], on: requests)
        return try Self.read(answer) { page throws(PageError) in try page.text("job_id") }
    }

    func job(id: String?) async throws(PoolError) -> PoolJob {
        let query = id.map { "?job_id=" + Self.escaped($0) } ?? ""
        let answer = try await call("GET", "/getblock" + query, [], on: requests)
        return try Self.read(answer, PoolJob.init)
    }

    func bin(for member: PoolMember, hashrate: UInt64?) async throws(PoolError) -> PoolBin {
        var fields = self.fields(of: member)
        if let hashrate { fields["hashrate"] = JSON(hashrate) }
        let answer = try await post("/getbin", fields, on: requests)
        return try Self.read(answer, PoolBin.init)
    }

    func send(_ report: Report, from member: PoolMember) async throws(PoolError) -> ReportAnswer {
        var fields = self.fields(of: member)
        fields["bin"] = JSON(report.binToken)
        fields["hashes"] = .array(
            report.finds.map {
                ["extranonce2": JSON($0.extranonce2), "nonce": JSON($0.nonce), "hash": JSON($0.hash.hex)]
            }
        )
        fields["done"] = JSON(report.isDone)
        let answer = try await post("/reduce_diff_hash", fields, on: reports)
        return try Self.read(answer, ReportAnswer.init)
    }

    func balance(of member: PoolMember) async throws(PoolError) -> Balance {
        let answer = try await post("/mystatus", fields(of: member), on: requests)
        return try Self.read(answer, Balance.init)
    }

    func events(
        for member: PoolMember,
        handle: @escaping @Sendable (PoolEvent) -> Void
    ) async throws(PoolError) {
        let query = "?id=\(Self.escaped(member.id))&\(account.field.key)=\(Self.escaped(account.field.value))"
        let feed = EventFeed(handle: handle)
        let request = HTTPRequest(
            url: url + "/events" + query,
            headers: [("Accept", "text/event-stream")],
            timeout: Self.eventSilenceMax,
            responseByteCountMax: Self.answerByteCountMax
        )
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await stream.stream(request) { feed.append($0) }
        } catch {
            throw PoolError(error)
        }
        try Self.check(response)
    }

    // MARK: - One call

    private func fields(of member: PoolMember) -> JSONObject {
        var fields = JSONObject()
        fields[account.field.key] = JSON(account.field.value)
        fields["id"] = JSON(member.id)
        return fields
    }

    private func post(
        _ path: String,
        _ fields: JSONObject,
        on connection: HTTPConnection
    ) async throws(PoolError) -> [UInt8] {
        try await call("POST", path, JSON.object(fields).encoded(), on: connection)
    }

    private func call(
        _ method: String,
        _ path: String,
        _ body: [UInt8],
        on connection: HTTPConnection
    ) async throws(PoolError) -> [UInt8] {
        let request = HTTPRequest(
            method: method,
            url: url + path,
            headers: body.isEmpty ? [] : [("Content-Type", "application/json")],
            body: body,
            timeout: timeout,
            responseByteCountMax: Self.answerByteCountMax
        )
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await connection.send(request)
        } catch {
            throw PoolError(error)
        }
        try Self.check(response)
        return response.body
    }

    private static func check(_ response: HTTPResponse) throws(PoolError) {
        guard !(200..<300).contains(response.status) else { return }
        let error = (try? PageReader(parsing: response.body))?.json["error"]
        let reason = error?["message"]?.string ?? error?["code"]?.string ?? "no reason given"
        let text = "HTTP \(response.status): \(reason)"
        switch response.status {
        case 401: throw .unknownMember
        case 404: throw .notFound
        case 429, 500...599:
            let seconds = response.headers["retry-after"].flatMap { UInt32($0) }
            throw .busy(text, retryAfter: seconds.map { .seconds($0) })
        case _: throw .refused(text)
        }
    }

    private static func read<Value>(
        _ body: [UInt8],
        _ make: (PageReader) throws(PageError) -> Value
    ) throws(PoolError) -> Value {
        do throws(PageError) {
            return try make(try PageReader(parsing: body))
        } catch {
            throw .unreadable(error)
        }
    }

    /// Everything but letters and digits as %XX (RFC 3986).
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                String(UnicodeScalar(byte))
            case _:
                "%" + Hex.string([byte])
            }
        }.joined()
    }
}

extension PoolError {
    fileprivate init(_ error: HTTPClientError) {
        switch error {
        case .cancelled: self = .cancelled
        case .timedOut, .unreachable, .responseTooLarge, .other: self = .away("\(error)")
        }
    }
}
