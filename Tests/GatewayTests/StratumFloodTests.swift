import EventLoop
import Gateway
import JSON
import Messages
import System
import TestSupport
import Testing

/// Five thousand strangers who do not leave off, and fifty miners who notice nothing.
@Suite(.timeLimit(.minutes(2)), .serialized) struct StratumFloodTests {
    private static let strangerCount = 5_000
    private static let (plainCount, encryptedCount) = (40, 10)
    private static let shareCount = 40
    /// What a connection that gets nowhere may cost at most, with the strangers' own side of it, which lives here too: half of
    /// them are plain, and half in a handshake, for which OpenSSL has a buffer of a whole record.
    private static let byteCountPerStranger = (16_384 + 49_152) / 2
    /// No answer in a hundred takes longer, with the strangers' own threads on the same processors.
    private static let answerTimeMax: Duration = .seconds(2)

    @Test(arguments: StrangerFlood.Nuisance.allCases, [false, true])
    func honestMinersAreServedInAFlood(nuisance: StrangerFlood.Nuisance, isFromManyAddresses: Bool) async throws {
        OpenFileLimit.raise()
        var settings = try StratumFixture.settings()
        settings.threadCount = 2
        try await StratumFixture.run(.encrypted, settings: settings) { pool in
            // Miners elsewhere than the flood: the limit by address is what protects them.
            var miners: [any HonestMiner] = []
            for number in 0..<Self.plainCount {
                miners.append(try await PlainMiner(pool, from: "127.0.9.\(number + 1)"))
            }
            for _ in 0..<Self.encryptedCount { miners.append(try await EncryptedMiner(pool)) }
            let quiet = try await Self.work(miners)
            let before = try ProcessMemory.residentByteCount()
            let sources = (1...(isFromManyAddresses ? 100 : 1)).map { "127.0.1.\($0)" }
            let ports = pool.gateway.gateway.stratumPorts
            let flood = StrangerFlood(of: Self.strangerCount, nuisance, from: sources, at: ports)
            do {
                try await Patience.wait(for: "the flood") { flood.roundCount > 0 }
                let beginning = flood.roundCount
                var loud = try await Self.work(miners)
                // They are all there, and go on: whoever was turned away has come again.
                while flood.roundCount < beginning + 2 {
                    let more = try await Self.work(miners)
                    loud = (loud.refusedCount + more.refusedCount, max(loud.p99, more.p99))
                }
                let grown = try ProcessMemory.residentByteCount() - before
                let open = pool.figure("lode_stratum_connections") - miners.count
                await flood.stop()
                #expect(quiet.refusedCount == 0 && loud.refusedCount == 0)
                #expect(flood.failureCount == 0)
                #expect(max(quiet.p99, loud.p99) < Self.answerTimeMax)
                let comesAgain = nuisance == .garbage || !isFromManyAddresses
                #expect(flood.connectionCount >= Self.strangerCount + (comesAgain ? Self.strangerCount / 2 : 0))
                #expect(grown < Self.strangerCount * Self.byteCountPerStranger, "\(grown) bytes")
                #expect(open <= (isFromManyAddresses ? Self.strangerCount : 100))
                if isFromManyAddresses, nuisance == .silence { #expect(open > Self.strangerCount / 2) }
                print(
                    "flood of \(nuisance), \(isFromManyAddresses ? "100 addresses" : "one address"): \(open) strangers",
                    "stay of \(flood.connectionCount), \(grown / 1_024) KiB more;",
                    "p99 of an answer \(quiet.p99) quiet, \(loud.p99) flooded"
                )
            } catch {
                await flood.stop()
                throw error
            }
        }
    }

    /// Every miner sends its shares, one after the other's answer.
    private static func work(_ miners: [any HonestMiner]) async throws -> (refusedCount: Int, p99: Duration) {
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

/// Somebody who works, and counts what comes of it.
private protocol HonestMiner: Sendable {
    /// - Returns: Whether its next share was accepted.
    func share() async throws -> Bool
}

extension HonestMiner {
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
}

private actor EncryptedMiner: HonestMiner {
    private let miner: StratumMiner
    private let job: WireJob
    private var nonce: UInt32 = 0

    init(_ pool: StratumFixture) async throws {
        (miner, job) = try await pool.member(password: "fd=16")
    }

    func share() async throws -> Bool {
        nonce += 1
        return try await miner.call("mining.submit", job.share(nonce))["result"] == true
    }
}

/// A miner on a socket of its own, from an address of its own.
private actor PlainMiner: HonestMiner {
    private let socket: LoopbackSocket
    private var text = ""
    private let job: WireJob
    private var nonce: UInt32 = 0

    init(_ pool: StratumFixture, from source: String) async throws {
        socket = try LoopbackSocket(port: pool.gateway.gateway.stratumPorts[0], from: source)
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

    func share() async throws -> Bool {
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
