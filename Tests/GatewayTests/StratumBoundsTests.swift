import JSON
import Messages
import TestSupport
import Testing

@testable import Gateway

/// What may wait in a gateway.
@Suite(.timeLimit(.minutes(2))) struct StratumBoundsTests {
    private static let connectionCount = 50
    /// Together a thousand more than may wait.
    private static let shareCount = (StratumDesk.openShareCountMax + 1_000) / connectionCount

    @Test func sharesThatWaitAreBoundedAndSoIsEachCall() async throws {
        var settings = try StratumFixture.settings()
        settings.linesPerSecondMax = 1_000_000
        let gate = Gate()
        try await StratumFixture.run(settings: settings, clock: ManualClock()) { pool in
            pool.pool.update { $0.sessions.gate = gate }
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<Self.connectionCount { group.addTask { try await Self.flood(pool) } }
                let refused = "lode_stratum_unjudged_total"
                try await Patience.wait(for: "a thousand to be refused", atMost: .seconds(90)) {
                    pool.figure(refused) == 1_000
                }
                gate.open()
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(answers.count { $0.contains("\"result\":true") } == StratumDesk.openShareCountMax)
            #expect(answers.count { $0.contains("cannot record shares") } == 1_000)
            let sizes = pool.pool.read { $0.sessions.calls.map(\.nonces.count) }
            #expect(sizes.max() == ShareBatch.shareCountMax && sizes.reduce(0, +) == StratumDesk.openShareCountMax)
            #expect(pool.gateway.bans.all.isEmpty)
        }
    }

    /// Sends more shares than are judged, and reads every answer.
    private static func flood(_ pool: StratumFixture) async throws -> [String] {
        let socket = try LoopbackSocket(port: pool.port)
        try await socket.send("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test/1\"]}\n")
        try await socket.send(
            "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"\(StratumFixture.worker)\",\"fd=16\"]}\n"
        )
        var text = ""
        while !(text.contains("mining.notify\",\"params") && text.contains("\"id\":2,")) {
            text += String(decoding: try await socket.receive(), as: UTF8.self)
        }
        let shares = (0..<shareCount).map { nonce in
            let name = StratumFixture.worker
            return "{\"id\":7,\"method\":\"mining.submit\",\"params\":[\"\(name)\",\"000000000000000100\",\"00000000\","
                + "\"6ab13b80\",\"\(WireJob.hex(UInt32(nonce)))\"]}\n"
        }
        try await socket.send(shares.joined())
        var bytes: [UInt8] = []
        var count = 0
        while count < shareCount {
            let more = try await socket.receive()
            guard !more.isEmpty else { break }
            bytes += more
            count = bytes.count { $0 == 10 }
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("{\"id\":7,") }
    }
}
