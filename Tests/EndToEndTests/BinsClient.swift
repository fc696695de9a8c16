import BlockFormat
import HTTPClient
import Hashing
import JSON
import MiningDomain
import TestSupport
import Testing

/// A miner in a test's hands: it speaks the HTTP interface of `docs/protocol.md`, and does what it is told, right or wrong.
actor BinsClient {
    /// The generator of secp256k1 and twice it: keys that are certainly on the curve, and belong to nobody.
    static let publicKeys = [
        "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
        "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",
        "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
    ]

    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let json: JSON
    }

    /// Who is to be paid: a key, or an address.
    enum Payee: Sendable {
        case publicKey(String)
        case address(String)

        var member: (key: String, value: JSON) {
            switch self {
            case .publicKey(let hex): ("public_key", .string(hex))
            case .address(let text): ("address", .string(text))
            }
        }
    }

    private let connection = HTTPConnection()
    private let url: String
    private let payee: Payee
    private(set) var id = ""
    private(set) var address = ""
    private(set) var requestCount = 0

    init(url: String, payee: Payee = .publicKey(BinsClient.publicKeys[0])) {
        self.url = url
        self.payee = payee
    }

    /// Who this client says it is, in every request but the first.
    var credentials: JSON { identity.setting("id", .string(id)) }

    private var identity: JSON { JSON.object(JSONObject()).setting(payee.member.key, payee.member.value) }
}

// The interface, one call each.
extension BinsClient {
    func get(_ path: String) async throws -> Reply {
        try await send("GET", path, body: nil)
    }

    func post(_ path: String, _ body: JSON) async throws -> Reply {
        try await send("POST", path, body: body.encoded())
    }

    func post(_ path: String, raw: [UInt8]) async throws -> Reply {
        try await send("POST", path, body: raw)
    }

    @discardableResult
    func join(worker: String? = nil) async throws -> Reply {
        var body = identity
        if let worker { body = body.setting("worker", .string(worker)) }
        let reply = try await post("/newclient", body)
        if reply.status == 201 {
            id = try #require(reply.json["id"]?.string)
            address = try #require(reply.json["address"]?.string)
        }
        return reply
    }

    func job(_ id: String? = nil) async throws -> MinerJob {
        let reply = try await get("/getblock" + (id.map { "?job_id=\($0)" } ?? ""))
        guard let job = MinerJob(reply.json) else { throw EndToEndError.refused("GET /getblock", reply.text) }
        return job
    }

    func bin(hashrate: UInt64? = nil) async throws -> MinerBin {
        var body = credentials
        if let hashrate { body = body.setting("hashrate", .number(JSONNumber(hashrate))) }
        let reply = try await post("/getbin", body)
        guard let bin = MinerBin(reply.json) else { throw EndToEndError.refused("POST /getbin", reply.text) }
        return bin
    }

    /// Sends finds, with the hash that they are claimed to have when one is given.
    func submit(
        _ hits: [MinerHit],
        in bin: String,
        done: Bool = false,
        claiming hash: String? = nil
    ) async throws -> Reply {
        let hashes = hits.map { hit in
            let find: JSON = [
                "extranonce2": .number(JSONNumber(hit.extranonce2)), "nonce": .number(JSONNumber(hit.nonce)),
            ]
            return hash.map { find.setting("hash", .string($0)) } ?? find
        }
        let body = credentials.setting("bin", .string(bin)).setting("hashes", .array(hashes))
        return try await post("/reduce_diff_hash", body.setting("done", .bool(done)))
    }

    /// The same again and again until the pool, which may be starting, has judged them.
    func submitUntilJudged(_ hits: [MinerHit], in bin: String, claiming hash: String? = nil) async throws -> Reply {
        var last: Reply?
        try await Patience.wait(for: "a verdict") {
            last = try? await submit(hits, in: bin, claiming: hash)
            return last?.status == 200
        }
        return try #require(last)
    }

    func myStatus() async throws -> JSON {
        let reply = try await post("/mystatus", credentials)
        guard reply.status == 200 else { throw EndToEndError.refused("POST /mystatus", reply.text) }
        return reply.json
    }

    struct Balance: Equatable, Sendable {
        let immature: UInt64
        let confirmed: UInt64
        let paid: UInt64
    }

    func balance() async throws -> Balance {
        let balance = try await myStatus()["balance"]
        return Balance(
            immature: try #require(balance?["immature"]?.uint64),
            confirmed: try #require(balance?["confirmed"]?.uint64),
            paid: try #require(balance?["paid"]?.uint64)
        )
    }

    func status() async throws -> JSON {
        let reply = try await get("/status")
        guard reply.status == 200 else { throw EndToEndError.refused("GET /status", reply.text) }
        return reply.json
    }

    private func send(_ method: String, _ path: String, body: [UInt8]?) async throws -> Reply {
        requestCount += 1
        let response = try await connection.send(
            HTTPRequest(
                method: method,
                url: url + path,
                headers: body == nil ? [] : [(name: "Content-Type", value: "application/json")],
                body: body ?? [],
                timeout: .seconds(20)
            )
        )
        let json = (try? JSON(parsing: response.body)) ?? .null
        return Reply(status: response.status, headers: response.headers, json: json)
    }
}

// What a miner does with it.
extension BinsClient {
    /// Takes a bin and finds hashes of one kind in it.
    func find(_ kind: HitKind, count: Int = 1) async throws -> (bin: MinerBin, hits: [MinerHit]) {
        let bin = try await bin()
        return (bin, try await job(bin.jobID).search(bin, kind, count: count))
    }

    /// Finds shares, or blocks, and sends them.
    ///
    /// - Returns: What the pool answered for each: `accepted`, or the reason why not.
    @discardableResult
    func mine(_ kind: HitKind, count: Int = 1) async throws -> [String] {
        let (bin, hits) = try await find(kind, count: count)
        let reply = try await submit(hits, in: bin.lease)
        try #require(reply.status == 200, "gave \(reply.status) \(reply.text)")
        return reply.verdicts
    }
}

extension BinsClient.Reply {
    var text: String { String(decoding: json.encoded(), as: UTF8.self) }

    /// The code of an error reply.
    var errorCode: String? { json["error"]?["code"]?.string }
    var errorMessage: String { json["error"]?["message"]?.string ?? "" }
    var verdicts: [String] { (json["results"]?.array ?? []).map(\.verdict) }
}

extension JSON {
    func setting(_ key: String, _ value: JSON) -> JSON {
        var object = self.object ?? JSONObject()
        object[key] = value
        return .object(object)
    }

    /// `accepted`, or the reason of a refusal.
    var verdict: String {
        self["status"]?.string == "accepted" ? "accepted" : self["reason"]?.string ?? "no status"
    }
}
