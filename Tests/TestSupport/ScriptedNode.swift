package import BlockFormat
package import ChainAdapter
import Cryptography
import HTTPServer
package import JSON
import Synchronization

/// A node that says what a test tells it to: one that lies, dawdles, refuses or falls silent.
///
/// Unless told otherwise it answers as Litecoin's node does on a regtest chain of one block.
package final class ScriptedNode: Sendable {
    package enum Answer: Sendable {
        case result(JSON)
        /// A refusal, as the node words it.
        case error(code: Int64, message: String)
        /// Any bytes under any HTTP status.
        case raw(status: Int, String)
        /// The answer to another call.
        case wrongID
        /// Nothing, for longer than any test waits.
        case silence
    }

    package typealias Script = @Sendable (_ method: String, _ parameters: [JSON]) -> Answer?

    /// Every call that came, in order.
    package let calls = Collector<String>()
    package let network: Network
    private let server: HTTPServer
    private let serving: Task<Void, Never>

    /// Answers by `script`, and where that gives nothing, by `standardAnswer`.
    package init(_ network: Network = .litecoinRegtest, script: @escaping Script = { _, _ in nil }) throws {
        self.network = network
        var limits = HTTPLimits()
        limits.bodyByteCountMax = 64 << 20
        limits.stopDeadline = .milliseconds(10)
        let calls = calls
        server = try HTTPServer(listening: "127.0.0.1", port: 0, limits: limits) { request in
            guard let call = try? JSON(parsing: request.body) else { return OutgoingResponse(status: 400, text: "") }
            func answer(_ call: JSON) -> Answer {
                let method = call["method"]?.string ?? ""
                calls.append(method)
                let parameters = call["params"]?.array ?? []
                return script(method, parameters) ?? Self.standardAnswer(method, parameters)
            }
            guard let batch = call.array else { return await Self.response(answer(call), id: call["id"] ?? nil) }
            var answers: [JSON] = []
            for call in batch {
                guard let item = Self.body(answer(call), id: call["id"] ?? nil) else {
                    return await Self.response(answer(call), id: nil)
                }
                answers.append(item)
            }
            return Self.json(200, .array(answers))
        }
        serving = Task { [server] in try? await server.run() }
    }

    deinit { serving.cancel() }

    package func endpoint(_ name: String = "scripted") -> NodeEndpoint {
        NodeEndpoint(
            name: name,
            url: "http://127.0.0.1:\(server.port)",
            authentication: .password(user: "lode", Secret("lode"))
        )
    }

    package func node(_ name: String = "scripted", limits: Node.Limits = Node.Limits()) -> Node {
        Node(endpoint(name), network: network, limits: limits)
    }

    private static func response(_ answer: Answer, id: JSON) async -> OutgoingResponse {
        if let body = body(answer, id: id) {
            let isError = if case .error = answer { true } else { false }
            return json(isError ? 500 : 200, body)
        }
        switch answer {
        case .raw(let status, let text): return OutgoingResponse(status: status, text: text)
        case .result, .error, .wrongID, .silence:
            try? await Task.sleep(for: .seconds(600))
            return OutgoingResponse(status: 200, text: "")
        }
    }

    /// `nil` for what is no JSON-RPC answer.
    private static func body(_ answer: Answer, id: JSON) -> JSON? {
        switch answer {
        case .result(let result): ["result": result, "error": nil, "id": id]
        case .error(let code, let message):
            ["result": nil, "error": ["code": JSON(code), "message": .string(message)], "id": id]
        case .wrongID: ["result": nil, "error": nil, "id": "another"]
        case .raw, .silence: nil
        }
    }

    private static func json(_ status: Int, _ body: JSON) -> OutgoingResponse {
        OutgoingResponse(status: status, headers: [("Content-Type", "application/json")], body: .bytes(body.encoded()))
    }
}

// MARK: - As the real node answers

extension ScriptedNode {
    package static let genesis = "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9"
    package static let tip = "aa0827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416aa"

    package static func standardAnswer(_ method: String, _ parameters: [JSON]) -> Answer {
        switch method {
        case "getblockchaininfo": .result(information(height: 1, tip: tip, work: 4))
        case "getbestblockhash": .result(.string(tip))
        case "getblockhash":
            switch parameters.first?.uint32 {
            case 0: .result(.string(genesis))
            case 1: .result(.string(tip))
            case _: .error(code: -8, message: "Block height out of range")
            }
        case "getblockheader": .error(code: -5, message: "Block not found")
        case "getblocktemplate": .result(template)
        case "submitblock": .result(nil)
        case _: .error(code: -32601, message: "Method not found")
        }
    }

    package static func information(height: UInt32, tip: String, work: UInt64, isSyncing: Bool = false) -> JSON {
        let digits = String(work, radix: 16)
        return [
            "chain": "regtest", "blocks": JSON(height), "bestblockhash": .string(tip),
            "initialblockdownload": JSON(isSyncing),
            "chainwork": .string(String(repeating: "0", count: 64 - digits.count) + digits),
        ]
    }

    package static let template: JSON = [
        "version": 536_870_912, "rules": ["csv", "!segwit"], "previousblockhash": .string(tip), "transactions": [],
        "coinbaseaux": [:], "coinbasevalue": 5_000_000_000,
        "longpollid": "aa0827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416aa3",
        "target": "7fffff0000000000000000000000000000000000000000000000000000000000", "mintime": 1_296_688_603,
        "curtime": 1_790_000_000, "bits": "207fffff", "height": 2,
        "default_witness_commitment": .string("6a24aa21a9ed" + String(repeating: "e2", count: 32)),
    ]
}
