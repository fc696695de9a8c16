import JSON
import Messages
import TestSupport
import Testing

@testable import Gateway

/// How a miner's connection begins.
@Suite(.timeLimit(.minutes(1))) struct StratumHandshakeTests {
    @Test(arguments: StratumFixture.Door.allCases)
    func subscribingBringsItsAnswerThenADifficultyThenWork(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door) { pool in
            let miner = try pool.connect()
            try await pool.settleJob()
            miner.send(#"{"id":7,"method":"mining.subscribe","params":["x/1"]}"#)
            let answer = try await miner.line()
            let result = try #require(answer["result"]?.array)
            let session = try #require(result[0].array?[0].array?[1].string)
            #expect(answer["id"] == 7 && answer["error"] == nil as JSON)
            #expect(result[0] == [["mining.set_difficulty", JSON(session)], ["mining.notify", JSON(session)]])
            #expect(session.utf8.count == 16 && session.allSatisfy(\.isHexDigit))
            #expect(result[1].string?.utf8.count == 8 && result[2] == 4)
            #expect(try await miner.line() == ["id": nil, "method": "mining.set_difficulty", "params": [16]])
            let work = try await miner.line()
            #expect(work["method"] == "mining.notify" && work["id"] == nil as JSON)
            let job = try #require(work["params"]?.array)
            #expect(job.count == 9)
            #expect(job[0] == "000000000000000100" && job[2] == "0102" && job[3] == "03ff")
            #expect(job[1].string == "0302010007060504" + "0b0a09080f0e0d0c" + "1312111017161514" + "1b1a19181f1e1d1c")
            #expect(job[4] == [JSON(String(repeating: "ab", count: 32))])
            #expect(job[5...] == ["20000000", "207fffff", "6ab13b80", true])
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func nothingIsSaidBeforeTheAnswerToSubscribe(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door) { pool in
            try await pool.settleJob()
            let miner = try pool.connect()
            miner.send(
                #"{"id":1,"method":"mining.configure","params":[["minimum-difficulty"],{"minimum-difficulty.value":32}]}"#
            )
            miner.send(#"{"id":2,"method":"mining.authorize","params":["\#(StratumFixture.worker)","d=64"]}"#)
            miner.send(#"{"id":3,"method":"mining.extranonce.subscribe"}"#)
            miner.send(#"{"id":4,"method":"mining.suggest_difficulty","params":[128]}"#)
            miner.send(#"{"id":5,"method":"mining.subscribe","params":["test/1"]}"#)
            for id in 1...5 { #expect(try await miner.line()["id"] == JSON(UInt64(id))) }
            #expect(try await miner.line()["params"] == [128])
            #expect(try await miner.line()["method"] == "mining.notify")
        }
    }

    @Test func aSecondSubscriptionIsRefused() async throws {
        try await StratumFixture.run { pool in
            let (miner, _) = try await pool.member()
            #expect(try await miner.refusal("mining.subscribe", []) == "20 Already subscribed")
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func whoComesBackGoesOnInTheSameSearchSpace(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door) { pool in
            try await pool.settleJob()
            let before = try pool.connect()
            let first = try await before.call("mining.subscribe", ["x/1"])
            try await before.call("mining.suggest_difficulty", [64])
            #expect(try await before.notice("mining.set_difficulty") == [64])
            let job = WireJob(try await before.notice("mining.notify"), first)
            await before.stop()
            try await pool.settle(connections: 0)
            let session = try #require(first["result"]?.array?[0].array?[0].array?[1])
            let after = try pool.connect()
            let second = try await after.call("mining.subscribe", ["x/1", session])
            #expect(second["result"] == first["result"])
            #expect(try await after.line()["params"] == [64])
            let again = WireJob(try await after.notice("mining.notify"), second)
            #expect(again.id != job.id && again.time > job.time && again.isClean)
            // Only who was told its name can be that session.
            for guess in [
                "", "ffffffffffffffff", JSON(again.extranonce1), JSON(String(repeating: "f", count: 65)),
            ] {
                let other = try await pool.connect().call("mining.subscribe", ["x/1", guess])
                #expect(other["result"]?.array?[1] != second["result"]?.array?[1])
            }
        }
    }

    /// A miner that lost its network comes back while its old connection looks open still, perhaps at another loop.
    @Test(arguments: StratumFixture.Door.allCases, [1, 2])
    func whoComesBackNeedNotWaitForItsOldConnectionToEnd(door: StratumFixture.Door, threadCount: Int) async throws {
        var settings = try StratumFixture.settings()
        settings.threadCount = threadCount
        try await StratumFixture.run(door, settings: settings) { pool in
            try await pool.settleJob()
            let first = try pool.connect()
            let begun = try await first.call("mining.subscribe", ["x/1"])
            var old = (miner: first, job: WireJob(try await first.notice("mining.notify"), begun))
            let session = try #require(begun["result"]?.array?[0].array?[0].array?[1])
            for _ in 0..<12 {
                let miner = try pool.connect()
                let answer = try await miner.call("mining.subscribe", ["x/1", session])
                #expect(answer["result"] == begun["result"])
                try await miner.call("mining.authorize", [JSON(StratumFixture.worker), "x"])
                // What was found before is taken, and the connection that it was found on is closed.
                #expect(try await miner.call("mining.submit", old.job.share(1))["result"] == true)
                #expect(try await old.miner.closing().allSatisfy { !$0.contains("show_message") })
                let job = WireJob(try #require(miner.events.elements.compactMap(Self.notice).first), answer)
                old = (miner, job)
            }
            try await pool.settle(connections: 1)
            #expect(Set(pool.pool.read { $0.sessions.calls.flatMap(\.leases) }).count == 1)
        }
    }

    private static func notice(_ event: StratumMiner.Event) -> [JSON]? {
        guard case .line(let text) = event, let line = try? JSON(parsing: Array(text.utf8)),
            line["method"] == "mining.notify"
        else { return nil }
        return line["params"]?.array
    }

    @Test func whoDoesNotSayWhatItIsIsAsked() async throws {
        try await StratumFixture.run { pool in
            try await pool.settleJob()
            let miner = try pool.connect()
            try await miner.call("mining.subscribe")
            try await miner.notice("mining.notify")
            #expect(try await miner.line() == ["id": 1, "method": "client.get_version", "params": []])
            // It may answer whatever it likes.
            for answer in [
                #"{"id":1,"result":"cgminer/4.12","error":null}"#, #"{"id":1,"result":[{}],"error":[20,"",null]}"#,
            ] {
                miner.send(answer)
            }
            miner.send(#"{"id":9,"method":"mining.ping"}"#)
            #expect(try await miner.line()["result"] == "pong")
        }
    }

    @Test func noTwoSessionsOfOneOrTwoGatewaysShareASearchSpace() async throws {
        let others = FakePool()
        others.update { $0.sessions.extranonce1 = 0x0102_0304 + UInt32(SessionLeases.stockCountMax) }
        try await StratumFixture.run(.plain) { one in
            try await StratumFixture.run(.encrypted, others) { other in
                var seen: Set<String> = []
                for pool in [one, other, one, other, one, other] {
                    for _ in 0..<5 { seen.insert(try await pool.member().1.extranonce1) }
                }
                #expect(seen.count == 30)
            }
        }
    }

    @Test func aSubscriptionWaitsForSearchSpaceWhileTheRestIsAnswered() async throws {
        let services = FakePool()
        services.update { $0.sessions.leasesError = .unavailable("away") }
        try await StratumFixture.run(.plain, services) { pool in
            try await pool.settleJob()
            let miner = try pool.connect()
            miner.send(#"{"id":1,"method":"mining.subscribe","params":["test/1"]}"#)
            miner.send(#"{"id":2,"method":"mining.ping"}"#)
            miner.send(#"{"id":3,"method":"mining.subscribe","params":["test/1"]}"#)
            #expect(try await miner.line()["result"] == "pong")
            #expect(try await miner.line()["error"]?.array?[1] == "Already subscribed")
            // Whoever gives up is forgotten.
            let other = try pool.connect()
            other.send(#"{"id":1,"method":"mining.subscribe","params":["test/1"]}"#)
            try await other.call("mining.ping")
            await other.stop()
            services.update { $0.sessions.leasesError = nil }
            #expect(try await miner.line()["id"] == 1)
            #expect(try await miner.notice("mining.notify").count == 9)
        }
    }

    @Test func whenTooManyWaitForSearchSpaceTheNextIsToldSoAndClosed() async throws {
        let services = FakePool()
        services.update { $0.sessions.leasesError = .unavailable("away") }
        var settings = try StratumFixture.settings()
        settings.waitingSubscriptionCountMax = 3
        try await StratumFixture.run(.plain, services, settings: settings) { pool in
            let subscribe = #"{"id":1,"method":"mining.subscribe","params":["test/1"]}"#
            var waiting: [StratumMiner] = []
            for _ in 0..<3 {
                waiting.append(try pool.connect())
                waiting[waiting.count - 1].send(subscribe)
                try await waiting[waiting.count - 1].call("mining.ping")
            }
            for _ in 0..<2 {
                let refused = try pool.connect()
                refused.send(subscribe)
                #expect(
                    try await refused.line()["error"] == [20, "The pool has no search space at the moment", nil]
                )
                #expect(try await refused.closing().isEmpty)
            }
            // Who leaves makes room.
            await waiting.removeFirst().stop()
            try await pool.settle(connections: 2)
            waiting.append(try pool.connect())
            waiting[2].send(subscribe)
            try await waiting[2].call("mining.ping")
            services.update { $0.sessions.leasesError = nil }
            for miner in waiting { #expect(try await miner.notice("mining.notify").count == 9) }
        }
    }

    @Test(
        arguments: StratumFixture.Door.allCases,
        [
            "0", "7", "18446744073709551615", "18446744073709551616", "-1", "1.5", "1e3", #""abc""#, #""a\"b\\""#,
            #""""#,
            #""ü""#, "null", "true", "false",
        ]
    )
    func anIdComesBackAsItWas(door: StratumFixture.Door, id: String) async throws {
        try await StratumFixture.run(door) { pool in
            let miner = try pool.connect()
            miner.send(#"{"params":[],"id": \#(id) ,"method":"mining.ping"}"#)
            #expect(try await miner.next() == .line(#"{"id":\#(id),"result":"pong","error":null}"#))
            miner.send(
                #"{"id":\#(id),"method":"mining.submit","params":["a","000000000000000100","00000000","00000000","00000000"]}"#
            )
            #expect(try await miner.next() == .line(#"{"id":\#(id),"result":null,"error":[25,"Not subscribed",null]}"#))
        }
    }

    private static let methods: [(request: String, answer: String)] = [
        (#""method":"mining.ping""#, #""result":"pong","error":null"#),
        (#""method":"mining.ping","params":null"#, #""result":"pong","error":null"#),
        (#""method":"mining.multi_version","params":[1]"#, #""result":true,"error":null"#),
        (#""method":"mining.extranonce.subscribe","params":[]"#, #""result":true,"error":null"#),
        (#""method":"mining.suggest_difficulty","params":["2.5"]"#, #""result":true,"error":null"#),
        (#""method":"mining.hashrate","params":[1]"#, #""result":null,"error":[20,"Unknown method",null]"#),
        (
            #""method":"mining.suggest_difficulty","params":[]"#,
            #""result":null,"error":[20,"Malformed request",null]"#
        ),
        (
            #""method":"mining.suggest_difficulty","params":[0]"#,
            #""result":null,"error":[20,"Malformed request",null]"#
        ),
        (
            #""method":"mining.suggest_target","params":["xyz"]"#,
            #""result":null,"error":[20,"Malformed request",null]"#
        ),
        (#""method":"mining.subscribe","params":[1]"#, #""result":null,"error":[20,"Malformed request",null]"#),
        (#""method":"mining.authorize","params":[]"#, #""result":null,"error":[20,"Malformed request",null]"#),
        (#""method":"mining.configure","params":["x"]"#, #""result":null,"error":[20,"Malformed request",null]"#),
    ]

    @Test(arguments: StratumFixture.Door.allCases, methods)
    func everyMethodIsAnswered(door: StratumFixture.Door, call: (request: String, answer: String)) async throws {
        let (request, answer) = call
        try await StratumFixture.run(door) { pool in
            let miner = try pool.connect()
            // Without an id the answer has null; an answer of the miner's is none of the pool's business.
            miner.send(#"{"id":1,"result":"cgminer/4.12","error":null}"#)
            miner.send(#"{"id":1,"result":null,"error":[20,"no",null]}"#)
            miner.send("{\"id\":5,\(request)}")
            miner.send("{\(request)}")
            #expect(try await miner.next() == .line("{\"id\":5,\(answer)}"))
            #expect(try await miner.next() == .line("{\"id\":null,\(answer)}"))
        }
    }
}
