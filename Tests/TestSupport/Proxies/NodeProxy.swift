import JSON

/// Stands between the pool and a node's JSON-RPC, and asks a checkpoint about every call.
package final class NodeProxy: Sendable {
    package var url: String { "http://127.0.0.1:\(server.port)/" }

    private let server: ProxyServer

    /// `port` is the node's own.
    package init(to port: UInt16, _ checkpoint: any Checkpoint) throws {
        server = try ProxyServer { client, number in
            // A connection to the node for each call: the node ends those that are idle, and a caller of such a one
            // would hear of it only here.
            while let request = try? await HTTPBytes.message(from: client) {
                let calls = Self.calls(in: request.body, number)
                for call in calls { guard await checkpoint.before(call) == .pass else { return } }
                guard let node = try? LoopbackSocket(port: port), (try? await node.send(request.bytes)) != nil,
                    let answer = try? await HTTPBytes.message(from: node)
                else { return }
                for call in calls { guard await checkpoint.after(call) == .pass else { return } }
                guard (try? await client.send(answer.bytes)) != nil else { return }
            }
        }
    }

    private static func calls(in body: [UInt8], _ connection: Int) -> [ProxiedCall] {
        guard let json = try? JSON(parsing: body) else { return [] }
        return (json.array ?? [json]).map {
            ProxiedCall(
                neighbour: .node,
                text: $0["method"]?.string ?? "",
                words: ($0["params"]?.array ?? []).compactMap(\.string),
                connection: connection
            )
        }
    }
}

/// One HTTP message as it came.
private struct HTTPBytes {
    let bytes: [UInt8]
    let body: [UInt8]

    private static let headEnd = Array("\r\n\r\n".utf8)
    /// Longer than any long poll.
    private static let patience = Duration.seconds(3_600)

    /// - Returns: `nil` when the other side has hung up.
    static func message(from socket: LoopbackSocket) async throws -> HTTPBytes? {
        var bytes: [UInt8] = []
        var bodyStart: Int?
        while true {
            if bodyStart == nil { bodyStart = bytes.firstRange(of: headEnd)?.upperBound }
            if let bodyStart, bytes.count >= bodyStart + bodyByteCount(bytes[..<bodyStart]) {
                return HTTPBytes(bytes: bytes, body: Array(bytes[bodyStart...]))
            }
            let more = try await socket.receive(timeout: patience)
            guard !more.isEmpty else { return nil }
            bytes += more
        }
    }

    private static func bodyByteCount(_ head: ArraySlice<UInt8>) -> Int {
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            return Int(parts[1].filter(\.isNumber)) ?? 0
        }
        return 0
    }
}
