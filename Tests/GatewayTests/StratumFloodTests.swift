import EventLoop
import Gateway
import JSON
import Messages
import TestSupport
import Testing

/// Five thousand strangers, and fifty miners who notice nothing.
@Suite(.timeLimit(.minutes(2)), .serialized) struct StratumFloodTests {
    enum Nuisance: CaseIterable, Sendable {
        case garbage, halfLines, silence

        var bytes: [UInt8] {
            switch self {
            case .garbage: Array("\u{3}garbage {[\n".utf8)
            case .halfLines: Array(#"{"id":1,"method":"mining.sub"#.utf8)
            case .silence: []
            }
        }
    }

    private static let strangerCount = 5_000
    private static let minerCount = 50
    private static let shareCount = 40
    /// What a connection that does nothing may cost at most, with the strangers' own side of it, which lives here too.
    private static let byteCountPerStranger = 16_384

    @Test(arguments: Nuisance.allCases, [false, true])
    func honestMinersAreServedInAFlood(nuisance: Nuisance, isFromManyAddresses: Bool) async throws {
        try await StratumFixture.run { pool in
            // Miners elsewhere than the flood: the limit by address is what protects them.
            var miners: [HonestMiner] = []
            for number in 0..<Self.minerCount {
                miners.append(try await HonestMiner(pool, from: "127.0.9.\(number + 1)"))
            }
            let quiet = try await Self.work(miners)
            let before = try ProcessMemory.residentByteCount()
            var strangers: [LoopbackSocket] = []
            let flood = nuisance.bytes
            for number in 0..<Self.strangerCount {
                let source = isFromManyAddresses ? "127.0.1.\(number % 100 + 1)" : "127.0.0.1"
                guard let socket = try? LoopbackSocket(port: pool.port, from: source) else { continue }
                strangers.append(socket)
                if !flood.isEmpty { try? await socket.send(flood) }
            }
            let loud = try await Self.work(miners)
            let grown = try ProcessMemory.residentByteCount() - before
            #expect(quiet.refusedCount == 0 && loud.refusedCount == 0)
            #expect(grown < Self.strangerCount * Self.byteCountPerStranger, "\(grown) bytes")
            let open = pool.figure("lode_stratum_connections") - Self.minerCount
            #expect(open <= (isFromManyAddresses ? Self.strangerCount : 100))
            #expect(strangers.count > 1_000)
            print(
                "flood of \(nuisance), \(isFromManyAddresses ? "100 addresses" : "one address"): \(open) strangers stay,",
                "\(grown / 1_024) KiB more; p99 of an answer \(quiet.p99) quiet, \(loud.p99) flooded"
            )
        }
    }

    /// Every miner sends its shares, one after the other's answer.
    private static func work(_ miners: [HonestMiner]) async throws -> (refusedCount: Int, p99: Duration) {
        try await withThrowingTaskGroup(of: (refusedCount: Int, times: [Duration]).self) { group in
            for miner in miners { group.addTask { try await miner.shares(shareCount) } }
            var refusedCount = 0
            var times: [Duration] = []
            for try await part in group {
                refusedCount += part.refusedCount
                times += part.times
            }
            times.sort()
            return (refusedCount, times[times.count * 99 / 100])
        }
    }
}

/// A miner on a socket of its own, from an address of its own.
private actor HonestMiner {
    private let socket: LoopbackSocket
    private var text = ""
    private let job: WireJob
    private var nonce: UInt32 = 0

    init(_ pool: StratumFixture, from source: String) async throws {
        socket = try LoopbackSocket(port: pool.port, from: source)
        try await socket.send("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test/1\"]}\n")
        try await socket.send(
            "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"\(StratumFixture.worker)\",\"fd=16\"]}\n"
        )
        var seen = ""
        while !(seen.contains("mining.notify") && seen.contains("\"id\":2") && seen.hasSuffix("\n")) {
            seen += String(decoding: try await socket.receive(), as: UTF8.self)
        }
        let notice = try #require(seen.split(separator: "\n").last { $0.contains("mining.notify") })
        job = WireJob(try JSON(parsing: Array(notice.utf8))["params"]?.array ?? [])
    }

    func shares(_ count: Int) async throws -> (refusedCount: Int, times: [Duration]) {
        var refusedCount = 0
        var times: [Duration] = []
        for _ in 0..<count {
            let begin = ContinuousClock.now
            if try await !share() { refusedCount += 1 }
            times.append(.now - begin)
        }
        return (refusedCount, times)
    }

    /// - Returns: Whether it was accepted.
    private func share() async throws -> Bool {
        nonce += 1
        let id = nonce + 10
        let params = String(decoding: job.share(nonce).encoded(), as: UTF8.self)
        try await socket.send("{\"id\":\(id),\"method\":\"mining.submit\",\"params\":\(params)}\n")
        while true {
            while let end = text.firstIndex(of: "\n") {
                let line = text[..<end]
                text = String(text[text.index(after: end)...])
                if line.hasPrefix("{\"id\":\(id),") { return line.contains("\"result\":true") }
            }
            let more = try await socket.receive()
            guard !more.isEmpty else { return false }
            text += String(decoding: more, as: UTF8.self)
        }
    }
}
