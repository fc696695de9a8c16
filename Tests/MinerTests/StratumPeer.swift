import Hashing
import JSON
import TestSupport

@testable import Miner

/// A pool's end of a Stratum connection over the loopback, line by line as a test wants it.
final class StratumPeer {
    private let socket: LoopbackSocket
    private var received = ""
    /// As `mining.notify` had them.
    private var jobs: [String: [JSON]] = [:]

    init(_ listener: LoopbackListener) async throws {
        socket = try await listener.accept()
    }

    /// What the miner says next; `nil` when it has hung up.
    func line() async throws -> String? {
        while true {
            if let end = received.firstIndex(of: "\n") {
                defer { received = String(received[received.index(after: end)...]) }
                return String(received[..<end])
            }
            let more = try await socket.receive()
            guard !more.isEmpty else { return nil }
            received += String(decoding: more, as: UTF8.self)
        }
    }

    func send(_ line: String) async throws {
        if let json = try? JSON(parsing: Array(line.utf8)), json["method"] == "mining.notify" {
            let parameters = json["params"]?.array ?? []
            jobs[parameters.first?.string ?? ""] = parameters
        }
        try await socket.send(line + "\n")
    }

    func hangUp() {
        socket.abort()
    }

    /// Shakes hands, and sends a first job.
    ///
    /// - Returns: What the miner said.
    @discardableResult
    func welcome(extranonce1: String = "08000002", job: String, difficulty: String = "0.0000001") async throws
        -> [String]
    {
        var said: [String] = []
        func next() async throws -> (line: String, id: UInt64) {
            guard let line = try await self.line(), let id = try JSON(parsing: Array(line.utf8))["id"]?.uint64 else {
                throw StratumPeerError.hungUp
            }
            said.append(line)
            return (line, id)
        }
        let subscription = StratumDialogue.subscription.replacing("08000002", with: extranonce1)
        try await send(subscription.replacing(#""id":1"#, with: #""id":\#(next().id)"#))
        try await send(#"{"id":\#(next().id),"result":true,"error":null}"#)
        try await send(#"{"id":\#(next().id),"result":true,"error":null}"#)
        try await send(#"{"id":null,"method":"mining.set_difficulty","params":[\#(difficulty)]}"#)
        try await send(job)
        return said
    }

    /// The next share.
    func share() async throws -> StratumShare {
        guard let line = try await line() else { throw StratumPeerError.hungUp }
        let json = try JSON(parsing: Array(line.utf8))
        guard json["method"] == "mining.submit", let id = json["id"]?.uint64 else { throw StratumPeerError.not(line) }
        return StratumShare(id: id, parameters: (json["params"]?.array ?? []).compactMap(\.string))
    }

    func accept(_ share: StratumShare) async throws {
        try await send(#"{"id":\#(share.id),"result":true,"error":null}"#)
    }

    /// The hash of the header that a share stands for, put together as the protocol's description says.
    func hash(of share: StratumShare, extranonce1: String = "08000002") throws -> Hash256 {
        guard let job = jobs[share.jobID] else { throw StratumPeerError.not("a job of ours") }
        func bytes(_ place: Int) -> [UInt8] { Hex.bytes(job[place].string ?? "") ?? [] }
        func text(_ hex: String) -> [UInt8] { Hex.bytes(hex) ?? [] }
        let coinbase = bytes(2) + text(extranonce1) + text(share.extranonce2) + bytes(3)
        var root = Hash256.sha256d(of: coinbase).bytes
        for node in job[4].array ?? [] { root = Hash256.sha256d(of: root + text(node.string ?? "")).bytes }
        let previous = bytes(1)
        let turned = stride(from: 0, to: 32, by: 4).flatMap { previous[$0..<$0 + 4].reversed() }
        let header =
            bytes(5).reversed() + turned + root + text(share.time).reversed() + bytes(6).reversed()
            + text(share.nonce).reversed()
        return Hash256.sha256d(of: Array(header))
    }
}

struct StratumShare: Hashable {
    let id: UInt64
    let parameters: [String]

    var jobID: String { parameters[1] }
    var extranonce2: String { parameters[2] }
    var time: String { parameters[3] }
    var nonce: String { parameters[4] }
}

enum StratumPeerError: Error {
    case hungUp
    case not(String)
}
