import Gateway
import JSON
import Messages
import TestSupport
import Testing

/// What strangers may do with a connection.
@Suite(.timeLimit(.minutes(1))) struct StratumLineTests {
    private static let malformedTexts: [String] = [
        "garbage", "", " ", "{", "{}", "[]", "\"x\"", "7", "null", #"{"id":1}"#, #"{"id":1,"method":7}"#,
        "GET / HTTP/1.1",
        #"{"id":1,"method":"mining.ping","params":{}}"#, #"{"id":1,"id":2,"method":"mining.ping"}"#,
        #"{"id":[1],"method":"mining.ping"}"#, #"{"id":1,"method":"mining.ping"} x"#,
        #"{"id":1,"method":"mining.ping",}"#,
        "{'id':1}", "\u{1}\u{2}", longID, deep,
    ]
    private static let longID: String = #"{"id":""# + String(repeating: "x", count: 63) + #"","method":"mining.ping"}"#
    private static let deep: String =
        #"{"id":1,"method":"mining.ping","x":"# + String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
        + "}"
    private static let malformedBytes: [[UInt8]] = [
        [0xff, 0xfe], [0x16, 3, 1, 2, 0], Array("{\"id\":1,\"method\":\"mining.\u{0}ping\"}".utf8),
    ]
    private static let malformed: [[UInt8]] = malformedTexts.map { Array($0.utf8) } + malformedBytes

    @Test(arguments: StratumFixture.Door.allCases, malformed)
    func aLineThatIsNoRequestIsAnsweredAndFiveEndTheConnection(
        door: StratumFixture.Door,
        line: [UInt8]
    ) async throws {
        try await StratumFixture.run(door) { pool in
            let miner = try pool.connect()
            let whole: [UInt8] = line + [10]
            for _ in 0..<5 {
                miner.send(whole)
                #expect(try await miner.line()["error"]?.array?.prefix(2) == [20, "Malformed request"])
            }
            try await miner.closing()
            try await pool.settle("lode_stratum_malformed_total", at: 5)
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func aLineThatIsTooLongEndsTheConnection(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door) { pool in
            let (fits, _) = try await pool.member()
            let request = #"{"id":99,"method":"mining.ping","x":""#
            fits.send(request + String(repeating: "x", count: 8_192 - request.utf8.count - 2) + "\"}")
            #expect(try await fits.answer(to: 99)["result"] == "pong")
            for end in [[], [UInt8(10)]] {
                let (miner, _) = try await pool.member()
                miner.send([UInt8](repeating: 0x78, count: 8_193) + end)
                #expect(try await miner.closing().last?.contains("a line is too long") == true)
                // Nothing is sent before the answer to subscribe.
                let stranger = try pool.connect()
                try await stranger.call("mining.ping")
                stranger.send([UInt8](repeating: 0x78, count: 8_193) + end)
                #expect(try await stranger.closing().isEmpty)
            }
            try await fits.call("mining.ping")
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func aConnectionThatSaysNothingWholeIsClosed(door: StratumFixture.Door) async throws {
        var settings = try StratumFixture.settings()
        settings.idleTime = .seconds(1)
        try await StratumFixture.run(door, settings: settings) { pool in
            let miners = try ["", "{", #"{"id":1,"method":"mining.pi"#].map { beginning in
                let miner = try pool.connect()
                miner.send(Array(beginning.utf8))
                return miner
            }
            for miner in miners { #expect(try await miner.closing().isEmpty) }
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func aMinerThatFallsSilentIsToldWhy(door: StratumFixture.Door) async throws {
        var settings = try StratumFixture.settings()
        settings.idleTime = .seconds(1)
        try await StratumFixture.run(door, settings: settings) { pool in
            let (miner, _) = try await pool.member()
            #expect(try await miner.closing().last?.contains("out of time") == true)
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func aFloodOfLinesEndsTheConnectionAndNoOther(door: StratumFixture.Door) async throws {
        var settings = try StratumFixture.settings()
        settings.linesPerSecondMax = 5
        try await StratumFixture.run(door, settings: settings, clock: ManualClock()) { pool in
            let (miner, _) = try await pool.member()
            let (flooding, _) = try await pool.member()
            let stranger = try pool.connect()
            let ping = Array("{\"id\":1,\"method\":\"mining.ping\"}\n".utf8)
            for miner in [flooding, stranger] { miner.send(Array((0..<200).map { _ in ping }.joined())) }
            let lines = try await flooding.closing()
            // Ten seconds' worth, less what it took to become a member.
            #expect(lines.count { $0.contains("pong") } == 48)
            #expect(lines.last?.contains("Too many requests") == true)
            let answers = try await stranger.closing()
            #expect(answers.count == 50 && answers.allSatisfy { $0.contains("pong") })
            #expect(pool.figure("lode_stratum_floods_total") == 2)
            #expect(try await miner.call("mining.ping")["result"] == "pong")
        }
    }

    @Test func whoReadsNothingIsClosedAndHoldsUpNobody() async throws {
        var settings = try StratumFixture.settings()
        settings.linesPerSecondMax = 1_000_000
        try await StratumFixture.run(settings: settings) { pool in
            let (miner, job) = try await pool.member()
            let deaf = try LoopbackSocket(port: pool.port)
            let line = "{\"id\":\"\(String(repeating: "x", count: 60))\",\"method\":\"mining.ping\"}\n"
            let lines = Array((0..<500).map { _ in Array(line.utf8) }.joined())
            await #expect(throws: LoopbackSocket.Failure.self) {
                while true { try await deaf.send(lines) }
            }
            #expect(try await miner.call("mining.submit", job.share(1))["result"] == true)
            try await pool.settle(#"lode_stratum_closed_total{reason="too_slow"}"#, at: 1)
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func whoDoesNotReadItsWorkIsClosedAndHoldsUpNobody(door: StratumFixture.Door) async throws {
        let tooSlow = #"lode_stratum_closed_total{reason="too_slow"}"#
        try await StratumFixture.run(door, clock: ManualClock()) { pool in
            let (miner, first) = try await pool.member()
            let (deaf, _) = try await pool.member()
            deaf.turnDeaf()
            // Long jobs fill what the kernel holds for it, and then what the pool does.
            var id = first.id
            for number in 2...512 as ClosedRange<UInt64> where pool.figure(tooSlow) == 0 {
                var job = FakePool.job(number)
                job.coinbase1 = [UInt8](repeating: 1, count: 12_000)
                pool.pool.jobEvents.publish(job)
                id = WireJob(try await miner.notice("mining.notify")).id
            }
            #expect(pool.figure(tooSlow) == 1)
            #expect(id != first.id)
            try await pool.settle(connections: 1)
            #expect(try await miner.call("mining.submit", first.share(1))["result"] == true)
        }
    }
}
