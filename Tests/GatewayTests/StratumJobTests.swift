import JSON
import Messages
import TestSupport
import Testing

/// Which work a connected miner has, and when.
@Suite(.timeLimit(.minutes(1))) struct StratumJobTests {
    private static func job(_ id: UInt64, onTip tip: UInt8) -> Job {
        var job = FakePool.job(id)
        job.previousHash = [UInt8](repeating: tip, count: 32)
        job.currentTime += UInt32(id)
        return job
    }

    private static let first = job(1, onTip: 1)

    private static func pool() -> FakePool {
        let pool = FakePool()
        pool.update { $0.job = first }
        return pool
    }

    private static func publish(_ job: Job, _ pool: StratumFixture) {
        pool.pool.update { $0.job = job }
        pool.pool.jobEvents.publish(job)
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func aNewTipEndsEarlierWorkAndARefreshDoesNot(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door, Self.pool()) { pool in
            let (miner, first) = try await pool.member()
            #expect(first.isClean)
            Self.publish(Self.job(2, onTip: 1), pool)
            let refresh = WireJob(try await miner.notice("mining.notify"))
            #expect(refresh.id == "000000000000000200" && !refresh.isClean)
            Self.publish(Self.job(3, onTip: 2), pool)
            let tip = WireJob(try await miner.notice("mining.notify"))
            #expect(tip.id == "000000000000000300" && tip.isClean && tip.time == "6ab13b83")
            // Whether they are stale is not for the gateway to say.
            for job in [first, refresh, tip] {
                #expect(try await miner.call("mining.submit", job.share(1))["result"] == true)
            }
            #expect(pool.pool.read { $0.sessions.calls.map(\.jobIDs) } == [[1], [2], [3]])
        }
    }

    @Test func aJobThatIsOlderThanTheLastOneIsLate() async throws {
        try await StratumFixture.run(.plain, Self.pool()) { pool in
            let (miner, _) = try await pool.member()
            Self.publish(Self.job(5, onTip: 1), pool)
            pool.pool.jobEvents.publish(Self.job(4, onTip: 3))
            Self.publish(Self.job(6, onTip: 1), pool)
            #expect(WireJob(try await miner.notice("mining.notify")).id.hasPrefix("0000000000000005"))
            #expect(WireJob(try await miner.notice("mining.notify")).id.hasPrefix("0000000000000006"))
        }
    }

    @Test func aMinerHearsOfAJobEveryThirtySeconds() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(.plain, Self.pool(), clock: clock) { pool in
            let (miner, first) = try await pool.member(password: "fd=16")
            clock.advance(by: .seconds(27))
            try await miner.call("mining.ping")
            for count in 1...3 {
                // What is left of the thirty is for the look once a second, and for the tick that looks.
                clock.advance(by: .milliseconds(count == 1 ? 1_500 : 28_500))
                let again = WireJob(try await miner.notice("mining.notify"))
                #expect(again.id == "00000000000000010\(count)" && !again.isClean)
                #expect(UInt32(again.time, radix: 16) == UInt32(first.time, radix: 16)! + 29 * UInt32(count))
            }
            // None came in between.
            #expect(miner.events.elements.count { "\($0)".contains(#"method\":\"mining.notify"#) } == 4)
        }
    }

    @Test func whoConnectsBeforeTheFirstJobGetsItWhenItComes() async throws {
        let services = FakePool()
        services.update { $0.job = nil }
        try await StratumFixture.run(.plain, services) { pool in
            let miner = try pool.connect()
            try await miner.call("mining.subscribe", ["test/1"])
            #expect(try await miner.call("mining.authorize", [JSON(StratumFixture.worker), "d=8"])["result"] == true)
            Self.publish(Self.first, pool)
            #expect(try await miner.difficulty() == "8")
            #expect(WireJob(try await miner.notice("mining.notify")).isClean)
        }
    }

    @Test func aJobThatWasWithdrawnIsGivenToNobody() async throws {
        try await StratumFixture.run(.plain, Self.pool()) { pool in
            let (miner, first) = try await pool.member()
            pool.pool.update { $0.jobsError = RPCError(.failedPrecondition, "the tip has no template") }
            var late = miner
            try await Patience.wait(for: "the job to be gone") {
                late = try pool.connect()
                try await late.call("mining.subscribe", ["test/1"])
                try await late.call("mining.ping")
                return late.events.elements.count == 2
            }
            // What was found is judged all the same.
            #expect(try await miner.call("mining.submit", first.share(1))["result"] == true)
            pool.pool.update { $0.jobsError = nil }
            // The same job again: under another name to who had it, so that no header is searched twice.
            let again = WireJob(try await miner.notice("mining.notify"))
            #expect(again.id == "000000000000000101" && again.time > first.time)
            #expect(WireJob(try await late.notice("mining.notify")).id == "000000000000000100")
        }
    }

    @Test func aChangeOfDifficultyIsCountedOnceAndWhenItIsMade() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(.plain, Self.pool(), clock: clock) { pool in
            let (miner, _) = try await pool.member()
            pool.pool.update { $0.jobsError = RPCError(.failedPrecondition, "the tip has no template") }
            try await Patience.wait(for: "the job to be gone") {
                clock.advance(by: .milliseconds(20))
                let late = try pool.connect()
                try await late.call("mining.subscribe", ["test/1"])
                try await late.call("mining.ping")
                return late.events.elements.count == 2
            }
            // In silence an easier difficulty is due, and there is no job to bring it, however often that is looked at: whenever a
            // connection without a name is closed.
            var strangers: [StratumMiner] = []
            for _ in 0..<3 {
                strangers.append(try pool.connect())
                try await strangers[strangers.count - 1].call("mining.ping")
                clock.advance(by: .seconds(2))
            }
            clock.advance(by: .seconds(114))
            for stranger in strangers {
                try await stranger.closing()
                clock.advance(by: .seconds(2))
            }
            #expect(pool.figure("lode_stratum_retargets_total") == 0)
            pool.pool.update { $0.jobsError = nil }
            try await Patience.wait(for: "the change") {
                clock.advance(by: .milliseconds(20))
                return pool.figure("lode_stratum_retargets_total") > 0
            }
            #expect(try await miner.difficulty() == "1.6")
            #expect(pool.figure("lode_stratum_retargets_total") == 1)
        }
    }

    @Test func aTipThatComesBackIsANewOne() async throws {
        try await StratumFixture.run(.plain, Self.pool()) { pool in
            let (miner, _) = try await pool.member()
            for (id, tip) in [(2, 2), (3, 1), (4, 1)] as [(UInt64, UInt8)] {
                Self.publish(Self.job(id, onTip: tip), pool)
                #expect(WireJob(try await miner.notice("mining.notify")).isClean == (id < 4))
            }
        }
    }

    @Test func aJobIsForgottenWhenFiveHundredCameAfterIt() async throws {
        try await StratumFixture.run(.plain, Self.pool()) { pool in
            let (miner, first) = try await pool.member()
            for id in 2...513 {
                Self.publish(Self.job(UInt64(id), onTip: 1), pool)
                try await miner.notice("mining.notify")
            }
            #expect(try await miner.refusal("mining.submit", first.share(1)) == "21 Job not found")
            var second = try #require(first.share(1).array)
            second[1] = "000000000000000200"
            #expect(try await miner.call("mining.submit", .array(second))["result"] == true)
        }
    }
}
