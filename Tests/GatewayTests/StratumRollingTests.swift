import JSON
import Messages
import MiningDomain
import TestSupport
import Testing

@testable import Gateway

/// Miners that roll the time, while one job is sent again for other difficulties.
@Suite(.timeLimit(.minutes(1))) struct StratumRollingTests {
    /// Upward, downward, and several of both; and how much later each was sent than the one before.
    private static let changes: [(changes: [Int], seconds: Int)] = [
        ([1_024], 0), ([1_024], 20), ([1], 0), ([1], 20), ([1_024, 1], 0), ([1, 1_024], 3), ([64, 256, 4, 2_000], 5),
    ]

    @Test(arguments: StratumFixture.Door.allCases, changes)
    func aShareIsJudgedAtTheDifficultyThatItWasSearchedAt(
        door: StratumFixture.Door,
        run: (changes: [Int], seconds: Int)
    ) async throws {
        let (changes, seconds) = run
        let clock = ManualClock()
        try await StratumFixture.run(door, clock: clock) { pool in
            let (miner, first) = try await pool.member(password: "fd=16")
            var sendings = [(job: first, difficulty: 16)]
            for (number, change) in changes.enumerated() {
                clock.advance(by: .seconds(seconds))
                let worker = JSON("\(StratumFixture.account).\(number)")
                try await miner.call("mining.authorize", [worker, JSON("fd=\(change)")])
                #expect(try await miner.difficulty() == "\(change)")
                sendings.append((WireJob(try await miner.notice("mining.notify")), change))
            }
            var nonce: UInt32 = 0
            for (place, sending) in sendings.enumerated() {
                // Not at all, with the clock, and as hardware rolls seven bits; whoever has the last may go on.
                let ahead = [0, seconds, seconds + 127, seconds + 149] + (place == changes.count ? [3_000] : [])
                let begin = try #require(UInt32(sending.job.time, radix: 16))
                for rolled in ahead {
                    // Whichever sending a share names, that is not hashed, and has no say.
                    for named in sendings {
                        nonce += 1
                        let share: JSON = [
                            JSON(StratumFixture.worker), JSON(named.job.id), "00000000",
                            JSON(WireJob.hex(begin + UInt32(rolled))), JSON(WireJob.hex(nonce)),
                        ]
                        #expect(try await miner.call("mining.submit", share)["result"] == true)
                        let call = try #require(pool.pool.read { $0.sessions.calls.last })
                        #expect(
                            call.targets == [try StratumShareTests.target("\(sending.difficulty)")],
                            "sending \(place), \(rolled) s ahead, as \(named.job.id)"
                        )
                    }
                }
            }
        }
    }

    @Test func whoRollsFurtherThanThatIsJudgedByTheNextSending() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, first) = try await pool.member(password: "fd=16")
            try await miner.call("mining.authorize", [JSON("\(StratumFixture.account).2"), "fd=1024"])
            let second = WireJob(try await miner.notice("mining.notify"))
            let begin = try #require(UInt32(first.time, radix: 16))
            #expect(second.time == WireJob.hex(begin + SentJob.rollingReserve))
            let share: JSON = [JSON(StratumFixture.worker), JSON(first.id), "00000000", JSON(second.time), "00000001"]
            try await miner.call("mining.submit", share)
            #expect(pool.pool.read { $0.sessions.calls.last?.targets } == [try StratumShareTests.target("1024")])
        }
    }
}
