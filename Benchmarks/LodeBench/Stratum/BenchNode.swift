import HTTPServer
import JSON

/// A node in this process, just enough for `lode all`: JSON-RPC on top of a `BenchChain`.
final class BenchNode: Sendable {
    let chain: BenchChain
    private let server: HTTPServer
    private let serving: Task<Void, Never>

    /// Listens on loopback when it returns.
    init(_ chain: BenchChain) throws {
        var limits = HTTPLimits()
        limits.stopDeadline = .milliseconds(10)
        let server = try HTTPServer(listening: "127.0.0.1", port: 0, limits: limits) { request in
            guard let call = try? JSON(parsing: request.body) else { return OutgoingResponse(status: 400, text: "") }
            var body: [UInt8] = []
            if let batch = call.array {
                for (place, call) in batch.enumerated() {
                    body += [UInt8(ascii: place == 0 ? "[" : ",")]
                    body += await Self.answer(call, chain)
                }
                body.append(UInt8(ascii: "]"))
            } else {
                body = await Self.answer(call, chain)
            }
            return OutgoingResponse(
                status: 200,
                headers: [("Content-Type", "application/json")],
                body: .bytes(body)
            )
        }
        self.chain = chain
        self.server = server
        serving = Task { try? await server.run() }
    }

    var url: String { "http://127.0.0.1:\(server.port)" }

    func stop() async {
        chain.stop()
        serving.cancel()
        await serving.value
    }

    private static func answer(_ call: JSON, _ chain: BenchChain) async -> [UInt8] {
        let id = (call["id"] ?? nil).encoded()
        switch await chain.answer(call["method"]?.string ?? "", call["params"]?.array ?? []) {
        case .result(let result):
            return bytes(#"{"result":"#) + result + bytes(#","error":null,"id":"#) + id + bytes("}")
        case .error(let code, let message):
            let error = (["code": JSON(code), "message": .string(message)] as JSON).encoded()
            return bytes(#"{"result":null,"error":"#) + error + bytes(#","id":"#) + id + bytes("}")
        }
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
