import JSON
import Messages
import MiningDomain
import TestSupport
import Testing

/// What miners wish for, and get within the pool's bounds: 0.001 to 1,000,000, beginning with 16.
@Suite(.timeLimit(.minutes(1))) struct StratumWishesTests {
    private static let passwords: [(JSON, String)] = [
        ("x", "16"), ("", "16"), (123, "16"), (nil, "16"), ("d=32", "32"), ("x;d=2", "2"), ("x,d=0.5", "0.5"),
        ("d=1;d=3", "3"), ("md=64", "64"), ("d=7,md=9", "9"), ("d=9,md=7", "9"), ("fd=5", "5"), ("fd=5;d=9", "5"),
        ("d=0", "16"), ("d=-1", "16"), ("d=1e3", "16"), ("d=x", "16"), ("d=", "16"), ("passwd=5", "16"), ("D=5", "16"),
        ("d=0.0000001", "0.001"), ("d=9000000000", "1000000"),
    ]

    @Test(arguments: StratumFixture.Door.allCases, passwords)
    func aPasswordMayCarryADifficulty(door: StratumFixture.Door, wish: (JSON, String)) async throws {
        let (password, difficulty) = wish
        try await StratumFixture.run(door) { pool in
            try await pool.settleJob()
            // Before the subscription it is what the miner begins with.
            let early = try pool.connect()
            #expect(
                try await early.call("mining.authorize", [JSON(StratumFixture.worker), password])["result"] == true
            )
            try await early.call("mining.subscribe", ["test/1"])
            #expect(try await early.difficulty() == difficulty)
            // After it, the same job is sent again, unless it is as wished for already.
            let late = try pool.connect()
            try await late.call("mining.subscribe", ["test/1"])
            try await late.notice("mining.notify")
            try await late.call("mining.authorize", [JSON(StratumFixture.worker), password])
            if difficulty != "16" {
                #expect(try await late.difficulty() == difficulty)
                try await late.notice("mining.notify")
            }
            late.send(#"{"id":99,"method":"mining.ping"}"#)
            #expect(try await late.line()["result"] == "pong")
        }
    }

    private static let orders: [([String], String)] = [
        (["floor 64", "password d=16", "subscribe"], "64"), (["floor 64", "subscribe", "password d=16"], "64"),
        (["subscribe", "floor 64", "password d=16"], "64"), (["subscribe", "password d=8", "floor 64"], "64"),
        (["password d=16", "floor 64", "subscribe"], "64"), (["password d=100", "floor 64", "subscribe"], "100"),
        (["floor 64", "password md=9", "suggest 10", "subscribe"], "64"),
        (["suggest 128", "floor 32", "subscribe"], "128"), (["suggest 8", "floor 32", "subscribe"], "32"),
        (["floor 32", "suggest 8", "subscribe"], "32"), (["floor 32", "floor 20", "subscribe"], "32"),
        (["floor 9000000000", "subscribe"], "1000000"),
        // A difficulty that the password fixes stays.
        (["password fd=20", "floor 64", "subscribe"], "20"), (["floor 64", "password fd=20", "subscribe"], "20"),
        (["subscribe", "password fd=20", "floor 64"], "20"), (["subscribe", "floor 64", "password fd=20"], "20"),
    ]

    /// Sends requests one after the other.
    ///
    /// - Returns: The difficulty of the job after them, and the session.
    private static func outcome(
        of steps: [String],
        _ pool: StratumFixture,
        session: JSON = nil,
        job: Int = 2
    ) async throws -> (difficulty: String?, session: JSON, miner: StratumMiner) {
        try await pool.gateway.settleJob("000000000000000\(job - 1)")
        let miner = try pool.connect()
        var session = session
        for step in steps {
            let words = step.split(separator: " ").map(String.init)
            switch words[0] {
            case "floor":
                let value: JSON = .number(try #require(JSONNumber(words[1])))
                try await miner.call("mining.configure", [["minimum-difficulty"], ["minimum-difficulty.value": value]])
            case "password": try await miner.call("mining.authorize", [JSON(StratumFixture.worker), JSON(words[1])])
            case "suggest": try await miner.call("mining.suggest_difficulty", [JSON(words[1])])
            case _:
                let answer = try await miner.call("mining.subscribe", ["test/1", session])
                session = try #require(answer["result"]?.array?[0].array?[0].array?[1])
            }
        }
        pool.pool.jobEvents.publish(FakePool.job(UInt64(job)))
        let events = await miner.events.wait { $0.contains { "\($0)".contains("000000000000000\(job)00") } }
        let told = events.compactMap { event -> String? in
            guard case .line(let text) = event else { return nil }
            let line = try? JSON(parsing: Array(text.utf8))
            return line?["method"] == "mining.set_difficulty" ? line?["params"]?.array?[0].number?.description : nil
        }
        return (told.last, session, miner)
    }

    @Test(arguments: orders)
    func whatComesFirstDecidesNothing(steps: [String], difficulty: String) async throws {
        try await StratumFixture.run { pool in
            let outcome = try await Self.outcome(of: steps, pool)
            #expect(outcome.difficulty == difficulty)
        }
    }

    @Test(
        arguments: [
            (["subscribe", "password fd=20"], ["subscribe", "password fd=20"], "20"),
            (["subscribe", "password fd=20"], ["subscribe", "password x"], "16"),
            (["subscribe", "password fd=20"], ["password x", "subscribe"], "16"),
            (["subscribe", "password d=100"], ["floor 200", "subscribe", "password d=100"], "200"),
            (["subscribe", "password d=100"], ["floor 50", "subscribe", "password d=100"], "100"),
            (["subscribe", "password d=100"], ["suggest 300", "subscribe"], "300"),
            (["subscribe", "password x"], ["subscribe", "password d=4"], "4"),
            (["subscribe", "password x"], ["password d=4", "subscribe"], "4"),
        ] as [([String], [String], String)]
    )
    func whoComesBackMayWishForSomethingElse(first: [String], then: [String], difficulty: String) async throws {
        try await StratumFixture.run { pool in
            let before = try await Self.outcome(of: first, pool)
            await before.miner.stop()
            try await pool.settle(connections: 0)
            let after = try await Self.outcome(of: then, pool, session: before.session, job: 3)
            #expect(after.difficulty == difficulty && after.session == before.session)
        }
    }

    @Test func whoWishesOneDifficultyAfterTheOtherIsSentOneJobSoOften() async throws {
        try await StratumFixture.run(clock: ManualClock()) { pool in
            try await pool.settleJob()
            let miner = try pool.connect()
            try await miner.call("mining.subscribe", ["test/1"])
            try await miner.notice("mining.notify")
            try await miner.call("mining.authorize", [JSON(StratumFixture.worker), "x"])
            for number in 0...60 {
                let wish = number % 2 == 0 ? 1 : 500
                miner.send(#"{"id":7,"method":"mining.suggest_difficulty","params":[\#(wish)]}"#)
            }
            miner.send(#"{"id":99,"method":"mining.ping"}"#)
            var times: [String] = []
            while true {
                let line = try await miner.line()
                if line["result"] == "pong" { break }
                if line["method"] == "mining.notify" { times.append(line["params"]?.array?[7].string ?? "") }
            }
            #expect(times.count == 8 && times.last == "6ab14030")
            // The last wish is fulfilled with the next job.
            pool.pool.jobEvents.publish(FakePool.job(2))
            #expect(try await miner.difficulty() == "1")
        }
    }

    @Test func whoComesBackWhenNoMoreChangesAreMadeIsToldWhatHolds() async throws {
        try await StratumFixture.run(clock: ManualClock()) { pool in
            let (miner, first) = try await pool.member()
            // The first job, eight sendings more of it, and seven of the next: as many as one tip has.
            for number in 1...8 { try await miner.call("mining.suggest_difficulty", [number % 2 == 0 ? 1 : 500]) }
            pool.pool.jobEvents.publish(FakePool.job(2))
            while WireJob(try await miner.notice("mining.notify")).id != "000000000000000200" {}
            for number in 1...7 { try await miner.call("mining.suggest_difficulty", [number % 2 == 0 ? 1 : 500]) }
            await miner.stop()
            try await pool.settle(connections: 0)
            let again = try pool.connect()
            try await again.call("mining.suggest_difficulty", [300])
            try await again.call("mining.subscribe", ["test/1", first.session])
            #expect(try await again.line() == ["id": nil, "method": "mining.set_difficulty", "params": [500]])
            #expect(try await again.line()["method"] == "mining.notify")
            // What was wished for comes with the next tip.
            var tip = FakePool.job(3)
            tip.previousHash = [UInt8](repeating: 3, count: 32)
            pool.pool.jobEvents.publish(tip)
            #expect(try await again.line()["params"] == [300])
        }
    }

    @Test func aDifficultyThatIsWishedForLateComesWithTheSameJobUnderAnotherName() async throws {
        try await StratumFixture.run(clock: ManualClock()) { pool in
            try await pool.settleJob()
            let miner = try pool.connect()
            try await miner.call("mining.subscribe", ["test/1"])
            let first = WireJob(try await miner.notice("mining.notify"))
            try await miner.call("mining.authorize", [JSON(StratumFixture.worker), "d=64"])
            #expect(try await miner.line()["params"] == [64])
            let second = WireJob(try await miner.notice("mining.notify"))
            #expect(first.id == "000000000000000100" && second.id == "000000000000000101")
            #expect(first.time == "6ab13b80" && second.time == "6ab13c16" && !second.isClean)
            // A farm whose workers all say the same is not sent the job again for each.
            for number in 0..<3 {
                try await miner.call("mining.authorize", [JSON("\(StratumFixture.account).\(number)"), "d=64"])
            }
            try await miner.call("mining.suggest_difficulty", [64])
            miner.send(#"{"id":99,"method":"mining.ping"}"#)
            #expect(try await miner.line()["result"] == "pong")
        }
    }

    @Test(
        arguments: [
            ("mining.suggest_difficulty", "64", "64"), ("mining.suggest_difficulty", #""64.5""#, "64.5"),
            ("mining.suggest_difficulty", "9000000000", "1000000"), ("mining.suggest_difficulty", "0.0000001", "0.001"),
            ("mining.suggest_target", "\"000000ffff" + String(repeating: "0", count: 54) + "\"", "256"),
            ("mining.suggest_target", #""ff""#, "1000000"),
        ]
    )
    func aSuggestionIsWhereItBegins(method: String, wish: String, difficulty: String) async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member()
            try await miner.call(method, [try JSON(parsing: Array(wish.utf8))])
            #expect(try await miner.difficulty() == difficulty)
            let again = WireJob(try await miner.notice("mining.notify"))
            #expect(job.id != again.id)
            // Once it has found shares, they say more than it does.
            #expect(try await miner.call("mining.submit", again.share(1))["result"] == true)
            try await miner.call("mining.suggest_difficulty", [3])
            miner.send(#"{"id":99,"method":"mining.ping"}"#)
            #expect(try await miner.line()["result"] == "pong")
        }
    }

    @Test func aFixedDifficultyStays() async throws {
        try await StratumFixture.run { pool in
            let (miner, _) = try await pool.member(password: "fd=20")
            #expect(try await miner.notice("mining.set_difficulty") == [20])
            try await miner.notice("mining.notify")
            try await miner.call("mining.suggest_difficulty", [3])
            miner.send(#"{"id":99,"method":"mining.ping"}"#)
            #expect(try await miner.line()["result"] == "pong")
        }
    }

    /// A job whose block is as hard to find as a share of this difficulty.
    private static func job(_ id: UInt64, blockDifficulty: String) throws -> Job {
        var job = FakePool.job(id)
        job.networkTarget = try StratumShareTests.target(blockDifficulty)
        return job
    }

    @Test(arguments: ["fd=64", "md=64"])
    func aWishHoldsAgainWhenBlocksAreHardEnough(password: String) async throws {
        let services = FakePool()
        let first = try Self.job(1, blockDifficulty: "8")
        services.update { $0.job = first }
        try await StratumFixture.run(.plain, services, clock: ManualClock()) { pool in
            let (miner, _) = try await pool.member(password: password)
            let jobs: [(id: UInt64, block: String, told: String?)] = [
                (2, "8", nil), (3, "100", "64"), (4, "20", "20"), (5, "1000", "64"), (6, "64", nil),
            ]
            for (id, block, told) in jobs {
                pool.pool.jobEvents.publish(try Self.job(id, blockDifficulty: block))
                var difficulty: String?
                while true {
                    let line = try await miner.line()
                    let first = line["params"]?.array?.first
                    if line["method"] == "mining.set_difficulty" { difficulty = first?.number?.description }
                    if first?.string?.hasPrefix("000000000000000\(id)") == true { break }
                }
                #expect(difficulty == told)
            }
        }
    }

    @Test(
        arguments: StratumFixture.Door.allCases,
        [
            (
                #"[["version-rolling"],{"version-rolling.mask":"1fffe000","version-rolling.min-bit-count":2}]"#,
                #"{"version-rolling":true,"version-rolling.mask":"1fffe000"}"#
            ),
            (
                #"[["version-rolling"],{"version-rolling.mask":"ffffffff"}]"#,
                #"{"version-rolling":true,"version-rolling.mask":"1fffe000"}"#
            ),
            (
                #"[["version-rolling"],{"version-rolling.mask":"00ffffff"}]"#,
                #"{"version-rolling":true,"version-rolling.mask":"00ffe000"}"#
            ),
            (#"[["version-rolling"]]"#, #"{"version-rolling":true,"version-rolling.mask":"1fffe000"}"#),
            (
                #"[["version-rolling"],{"version-rolling.mask":"0000e000","version-rolling.min-bit-count":4}]"#,
                #"{"version-rolling":false}"#
            ),
            (#"[["version-rolling"],{"version-rolling.mask":"00001fff"}]"#, #"{"version-rolling":false}"#),
            (#"[["minimum-difficulty"],{"minimum-difficulty.value":64}]"#, #"{"minimum-difficulty":true}"#),
            (#"[["minimum-difficulty"],{"minimum-difficulty.value":0}]"#, #"{"minimum-difficulty":false}"#),
            (
                #"[["subscribe-extranonce","info","x\"y"],{"info.connection-url":"x"}]"#,
                #"{"subscribe-extranonce":true,"info":true,"x\"y":false}"#
            ),
            (#"[[]]"#, "{}"),
        ] as [(params: String, result: String)]
    )
    func everyExtensionIsAnswered(door: StratumFixture.Door, call: (params: String, result: String)) async throws {
        try await StratumFixture.run(door) { pool in
            let miner = try pool.connect()
            miner.send("{\"id\":1,\"method\":\"mining.configure\",\"params\":\(call.params)}")
            #expect(try await miner.next() == .line("{\"id\":1,\"result\":\(call.result),\"error\":null}"))
        }
    }
}
