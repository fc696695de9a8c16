import Gateway
import HTTPClient
import HTTPServer
import JSON
import Messages
import System
import TestSupport
import Testing

/// Everything that can be wrong with a request: its status, its code, and the field that it names.
@Suite struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let request: String
        /// `ID`, `KEY` and `BIN` stand for good ones.
        let body: String
        let status: Int
        let code: String
        let names: String

        init(_ request: String, _ body: String, _ status: Int, _ code: String, _ names: String = "") {
            self.request = request
            self.body = body
            self.status = status
            self.code = code
            self.names = names
        }

        var testDescription: String { "\(request) \(body.prefix(80))" }
    }

    private static let me = #""public_key":"KEY","id":"ID""#
    private static let bin = #""bin":"BIN""#

    private static let paths: [Case] = [
        Case("GET /nothing", "", 404, "unknown_path", "/nothing"), Case("POST /getbin/", "{}", 404, "unknown_path"),
        Case("GET /GETBLOCK", "", 404, "unknown_path"), Case("GET //getblock", "", 404, "unknown_path"),
        Case("POST /getblock", "{}", 405, "wrong_method", "GET, HEAD"),
        Case("GET /getbin", "", 405, "wrong_method", "POST"),
        Case("DELETE /status", "", 405, "wrong_method"), Case("PUT /reduce_diff_hash", "{}", 405, "wrong_method"),
        Case("HEAD /newclient", "", 405, ""), Case("OPTIONS /", "", 405, "wrong_method"),
        Case("GET /%zz", "", 400, "malformed_request"),
        Case("GET /getblock?job_id=zz", "", 404, "unknown_job", "job_id"),
        Case("GET /getblock?job_id=00000000000000AB", "", 404, "unknown_job", "job_id"),
        Case("GET /getblock?job_id=", "", 404, "unknown_job", "job_id"),
        Case("GET /getblock?job_id=0000000000000000", "", 404, "unknown_job", "job_id"),
        Case("GET /getblock?job_id=00000000000000ab", "", 404, "unknown_job", "job_id"),
        Case("GET /events?id=x&public_key=KEY", "", 401, "id_mismatch", "id"),
        Case("GET /events?id=ID", "", 400, "missing_field", "public_key"),
    ]

    private static let bodies: [Case] = ["/newclient", "/getbin", "/reduce_diff_hash", "/mystatus"].flatMap { path in
        [
            Case("POST \(path)", "", 400, "malformed_json"), Case("POST \(path)", "{", 400, "malformed_json"),
            Case("POST \(path)", "not json", 400, "malformed_json"), Case("POST \(path)", "[]", 400, "malformed_json"),
            Case("POST \(path)", "null", 400, "malformed_json"), Case("POST \(path)", "{} {}", 400, "malformed_json"),
            Case("POST \(path)", #"{"a":1,"a":2}"#, 400, "malformed_json"),
            Case("POST \(path)", #"{"a":"\ud800"}"#, 400, "malformed_json"),
            Case("POST \(path)", String(repeating: "[", count: 60_000), 400, "malformed_json"),
            Case("POST \(path)", "public_key=KEY", 400, "malformed_json"),
            Case("POST \(path)", "{}", 400, "missing_field", "public_key"),
            Case("POST \(path)", #"{"public_key":null}"#, 400, "missing_field", "public_key"),
            Case("POST \(path)", #"{"public_key":5}"#, 400, "invalid_field", "public_key"),
            Case("POST \(path)", #"{"public_key":"zz"}"#, 400, "invalid_field", "public_key"),
            Case("POST \(path)", #"{"public_key":"02"}"#, 400, "invalid_field", "public_key"),
            Case("POST \(path)", #"{"public_key":"KEY00"}"#, 400, "invalid_field", "public_key"),
            // x = 5 is on no point of the curve, and 04 is not the compressed form.
            Case(
                "POST \(path)",
                #"{"public_key":"02\#(String(repeating: "0", count: 63))5"}"#,
                400,
                "invalid_field",
                "public_key"
            ),
            Case(
                "POST \(path)",
                #"{"public_key":"04\#(GatewayFixture.key.dropFirst(2))"}"#,
                400,
                "invalid_field",
                "public_key"
            ),
            Case(
                "POST \(path)",
                #"{"address":"ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"}"#,
                400,
                "invalid_field",
                "address"
            ),
            Case("POST \(path)", #"{"address":"hello"}"#, 400, "invalid_field", "address"),
            Case("POST \(path)", #"{"address":["x"]}"#, 400, "invalid_field", "address"),
            Case(
                "POST \(path)",
                #"{"public_key":"\#(GatewayFixture.otherKey)","address":"rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3"}"#,
                400,
                "invalid_field",
                "address"
            ),
            Case("POST \(path)", #"{"a":"\#(String(repeating: "a", count: 70_000))"}"#, 413, "body_too_large"),
        ]
    }

    private static let identities: [Case] = ["/getbin", "/reduce_diff_hash", "/mystatus"].flatMap { path in
        [
            Case("POST \(path)", #"{"public_key":"KEY"}"#, 400, "missing_field", "id"),
            Case("POST \(path)", #"{"public_key":"KEY","id":7}"#, 400, "invalid_field", "id"),
            Case(
                "POST \(path)",
                #"{"public_key":"KEY","id":"\#(String(repeating: "a", count: 500))"}"#,
                400,
                "invalid_field",
                "id"
            ),
            Case("POST \(path)", #"{"public_key":"KEY","id":""}"#, 401, "id_mismatch", "id"),
            Case("POST \(path)", #"{"public_key":"KEY","id":"forged"}"#, 401, "id_mismatch", "id"),
            Case("POST \(path)", #"{"public_key":"KEY","id":"ID="}"#, 401, "id_mismatch", "id"),
            Case("POST \(path)", #"{"public_key":"\#(GatewayFixture.otherKey)","id":"ID"}"#, 401, "id_mismatch", "id"),
        ]
    }

    private static let fields: [Case] =
        [
            Case("POST /newclient", #"{"public_key":"KEY","worker":""}"#, 400, "invalid_field", "worker"),
            Case("POST /newclient", #"{"public_key":"KEY","worker":"a b"}"#, 400, "invalid_field", "worker"),
            Case("POST /newclient", #"{"public_key":"KEY","worker":7}"#, 400, "invalid_field", "worker"),
            Case(
                "POST /newclient",
                #"{"public_key":"KEY","worker":"\#(String(repeating: "a", count: 65))"}"#,
                400,
                "invalid_field",
                "worker"
            ),
            Case("POST /getbin", "{\(me),\"hashrate\":-1}", 400, "invalid_field", "hashrate"),
            Case("POST /getbin", "{\(me),\"hashrate\":1e400}", 400, "invalid_field", "hashrate"),
            Case("POST /getbin", "{\(me),\"hashrate\":1e19}", 400, "invalid_field", "hashrate"),
            Case("POST /getbin", "{\(me),\"hashrate\":\"5\"}", 400, "invalid_field", "hashrate"),
            Case("POST /getbin", "{\(me),\"hashrate\":[]}", 400, "invalid_field", "hashrate"),
            Case("POST /reduce_diff_hash", "{\(me)}", 400, "missing_field", "bin"),
            Case("POST /reduce_diff_hash", "{\(me),\"bin\":5}", 400, "invalid_field", "bin"),
            Case("POST /reduce_diff_hash", "{\(me),\"bin\":\"\"}", 400, "invalid_field", "bin"),
            Case("POST /reduce_diff_hash", "{\(me),\"bin\":\"a=b\"}", 400, "invalid_field", "bin"),
            Case(
                "POST /reduce_diff_hash",
                "{\(me),\"bin\":\"\(String(repeating: "a", count: 2_000))\"}",
                400,
                "invalid_field",
                "bin"
            ),
            Case(
                "POST /reduce_diff_hash",
                "{\(me),\"bin\":\"Zm9yZ2Vk\",\"hashes\":[],\"done\":true}",
                400,
                "invalid_field",
                "bin"
            ),
            Case(
                "POST /reduce_diff_hash",
                "{\(me),\"bin\":\"Zm9yZ2Vk\",\"hashes\":[{\"extranonce2\":0,\"nonce\":1}]}",
                400,
                "invalid_field",
                "bin"
            ),
            Case("POST /reduce_diff_hash", "{\(me),\(bin),\"hashes\":[],\"done\":1}", 400, "invalid_field", "done"),
            Case("POST /reduce_diff_hash", "{\(me),\(bin)}", 400, "missing_field", "hashes"),
            Case("POST /reduce_diff_hash", "{\(me),\(bin),\"hashes\":null}", 400, "missing_field", "hashes"),
            Case("POST /reduce_diff_hash", "{\(me),\(bin),\"hashes\":{}}", 400, "invalid_field", "hashes"),
            Case("POST /reduce_diff_hash", "{\(me),\(bin),\"hashes\":[1]}", 400, "invalid_field", "hashes[0]"),
            Case(
                "POST /reduce_diff_hash",
                "{\(me),\(bin),\"hashes\":[{\"nonce\":1}]}",
                400,
                "missing_field",
                "hashes[0].extranonce2"
            ),
            Case(
                "POST /reduce_diff_hash",
                "{\(me),\(bin),\"hashes\":[{\"extranonce2\":1}]}",
                400,
                "missing_field",
                "hashes[0].nonce"
            ),
            Case(
                "POST /reduce_diff_hash",
                "{\(me),\(bin),\"hashes\":[\(many(1_001))]}",
                400,
                "invalid_field",
                "hashes"
            ),
        ]
        + ["-1", "4294967296", "1e400", "1.5", "\"1\"", "true", "123456789012345678901234567890"].map { number in
            Case(
                "POST /reduce_diff_hash",
                "{\(me),\(bin),\"hashes\":[{\"extranonce2\":0,\"nonce\":1},{\"extranonce2\":0,\"nonce\":\(number)}]}",
                400,
                "invalid_field",
                "hashes[1].nonce"
            )
        }
        + ["\"0\"", "\"\(String(repeating: "0", count: 66))\"", "\"\(String(repeating: "g", count: 64))\"", "5"].map {
            hash in
            Case(
                "POST /reduce_diff_hash",
                "{\(me),\(bin),\"hashes\":[{\"extranonce2\":0,\"nonce\":1,\"hash\":\(hash)}]}",
                400,
                "invalid_field",
                "hashes[0].hash"
            )
        }

    private static func many(_ count: Int) -> String {
        (0..<count).map { "{\"extranonce2\":0,\"nonce\":\($0)}" }.joined(separator: ",")
    }

    @Test func everyFaultIsNamed() async throws {
        try await GatewayFixture.run { gateway in
            try await gateway.settleJob()
            let id = try await gateway.join()["id"]?.string ?? ""
            for fault in Self.paths + Self.bodies + Self.identities + Self.fields {
                func filled(_ text: String) -> String {
                    text.replacing("\"ID", with: "\"\(id)").replacing("id=ID", with: "id=\(id)").replacing(
                        "KEY",
                        with: GatewayFixture.key
                    )
                    .replacing("BIN", with: GatewayFixture.bin)
                }
                let words = fault.request.split(separator: " ")
                let answer = try await gateway.send(String(words[0]), filled(String(words[1])), filled(fault.body))
                #expect(
                    answer.status == fault.status,
                    "\(fault.testDescription): \(String(decoding: answer.body, as: UTF8.self))"
                )
                if fault.status == 405 { #expect(answer.headers["allow"] != nil) }
                guard words[0] != "HEAD" else { continue }
                let error = try JSON(parsing: answer.body)["error"]
                #expect(error?["code"]?.string == fault.code, "\(fault.testDescription)")
                #expect(
                    error?["message"]?.string?.contains(fault.names) == true,
                    "\(fault.testDescription): \(String(describing: error))"
                )
                #expect(answer.headers["content-type"] == "application/json")
            }
            #expect(gateway.pool.read { $0.leases.isEmpty })
        }
    }

    @Test func aThousandHashesAreNotTooMany() async throws {
        try await GatewayFixture.run { gateway in
            let me = try await gateway.join()
            let hashes = JSON.array((0..<1_000).map { ["extranonce2": 0, "nonce": JSON($0)] })
            let answer = try await gateway.json(
                "POST",
                "/reduce_diff_hash",
                me.with(["bin": JSON(GatewayFixture.bin), "hashes": hashes])
            )
            #expect(answer["results"]?.array?.count == 1_000)
        }
    }

    @Test(arguments: [nil, "application/json", "application/x-www-form-urlencoded", "text/plain; charset=latin1"])
    func theContentTypeIsNotLookedAt(type: String?) async throws {
        try await GatewayFixture.run { gateway in
            let answer = try await gateway.send(
                "POST",
                "/newclient",
                #"{"public_key":"\#(GatewayFixture.key)"}"#,
                headers: type.map { [("Content-Type", $0)] } ?? []
            )
            #expect(answer.status == 201)
            let packed = try await gateway.send("POST", "/newclient", "x", headers: [("Content-Encoding", "gzip")])
            #expect(packed.status == 400)
        }
    }

    @Test func oneClientCannotCrowdOutAnother() async throws {
        var settings = GatewayFixture.settings()
        settings.requestsPerSecondPerClient = 1
        try await GatewayFixture.run(settings: settings, clock: ManualClock()) { gateway in
            let me = try await gateway.join()
            var answers: [HTTPResponse] = []
            let body = String(decoding: me.encoded(), as: UTF8.self)
            for _ in 0..<10 { answers.append(try await gateway.send("POST", "/getbin", body)) }
            #expect(answers.prefix(3).allSatisfy { $0.status == 200 })
            let refused = try #require(answers.last)
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] == "1")
            #expect(try JSON(parsing: refused.body)["error"]?["code"] == "rate_limited")
            _ = try await gateway.json("POST", "/getbin", try await gateway.join())
        }
    }

    @Test func oneAddressCannotCrowdOutAnother() async throws {
        var settings = GatewayFixture.settings()
        settings.requestsPerSecondPerAddress = 1
        settings.trustedProxies = [try #require(RemoteAddress("127.0.0.1"))]
        try await GatewayFixture.run(settings: settings, clock: ManualClock()) { gateway in
            func status(_ client: String) async throws -> Int {
                try await gateway.send("GET", "/", headers: [("X-Forwarded-For", client)]).status
            }
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await status("9.9.9.9, 203.0.113.1")) }
            statuses.append(try await status("8.8.8.8, 203.0.113.1"))
            statuses.append(try await status("203.0.113.2"))
            #expect(statuses == [200, 200, 200, 429, 200])
        }
    }
}
