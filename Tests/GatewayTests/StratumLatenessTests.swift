import JSON
import Messages
import TestSupport
import Testing

@testable import Gateway

/// How long a share may wait for its answer.
@Suite(.timeLimit(.minutes(1))) struct StratumLatenessTests {
    private static let away = "The pool cannot record shares at the moment"

    private static func submit(_ nonce: UInt32, _ miner: StratumMiner, _ job: WireJob) {
        let share = String(decoding: job.share(nonce).encoded(), as: UTF8.self)
        miner.send("{\"id\":\(100 + nonce),\"method\":\"mining.submit\",\"params\":\(share)}")
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func noShareWaitsLongerThanTenSeconds(door: StratumFixture.Door) async throws {
        let clock = ManualClock()
        try await StratumFixture.run(door, clock: clock) { pool in
            let (miner, job) = try await pool.member(password: "fd=16")
            let gate = Gate()
            pool.pool.update { $0.sessions.gate = gate }
            Self.submit(1, miner, job)
            try await Patience.wait(for: "the share") { pool.pool.read { $0.sessions.shareCount } == 1 }
            // It gathers while the first is judged, and is on its way too before both are late.
            Self.submit(2, miner, job)
            try await miner.call("mining.ping")
            clock.advance(by: .milliseconds(Int64(StratumDesk.answerMsMax) - 1))
            try await miner.call("mining.ping")
            #expect(pool.figure("lode_stratum_unjudged_total") == 0)
            clock.advance(by: .milliseconds(1))
            var late: Set<UInt64> = []
            for _ in 0..<2 {
                let line = try await miner.line()
                #expect(line["error"]?.array?[1].string == Self.away)
                late.insert(line["id"]?.uint64 ?? 0)
            }
            #expect(late == [101, 102])
            Self.submit(3, miner, job)
            try await miner.call("mining.ping")
            pool.pool.update { $0.sessions.gate = nil }
            gate.open()
            // Nobody is answered twice, and what was given up may still have been a block.
            #expect(try await miner.line()["id"] == 103)
            #expect(pool.pool.read { $0.sessions.calls.flatMap(\.nonces) } == [1, 2, 3])
            #expect(pool.figure("lode_stratum_unjudged_total") == 2 && pool.gateway.bans.all.isEmpty)
            // Come again, it is a share as any other.
            #expect(try await miner.call("mining.submit", job.share(1))["result"] == true)
        }
    }

    /// What waits for the ledger holds up nothing that may be a block.
    @Test func aShareIsOnItsWaySoonWhateverTheOneBeforeWaitsFor() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member(password: "fd=16")
            let gate = Gate()
            pool.pool.update { state in
                state.sessions.gate = gate
                state.sessions.solvingNonces = [2]
            }
            Self.submit(1, miner, job)
            try await Patience.wait(for: "the first") { pool.pool.read { $0.sessions.shareCount } == 1 }
            Self.submit(2, miner, job)
            clock.advance(by: .milliseconds(Int64(JudgeLanes.patienceMs) - 1))
            try await miner.call("mining.ping")
            #expect(pool.pool.read { $0.sessions.shareCount } == 1)
            clock.advance(by: .milliseconds(1))
            try await Patience.wait(for: "the second") { pool.pool.read { $0.sessions.shareCount } == 2 }
            gate.open()
            var answered: Set<UInt64> = []
            for _ in 0..<2 {
                let line = try await miner.line()
                #expect(line["result"] == true)
                answered.insert(line["id"]?.uint64 ?? 0)
            }
            #expect(answered == [101, 102])
        }
    }

    @Test func callsAtOnceAreBounded() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member(password: "fd=16")
            let gate = Gate()
            pool.pool.update { $0.sessions.gate = gate }
            let shareCount = UInt32(JudgeLanes.laneCountMax) + 6
            for nonce in 1...shareCount {
                Self.submit(nonce, miner, job)
                try await miner.call("mining.ping")
                clock.advance(by: .milliseconds(Int64(JudgeLanes.patienceMsMax)))
            }
            try await miner.call("mining.ping")
            #expect(pool.pool.read { $0.sessions.calls.count } == JudgeLanes.laneCountMax)
            pool.pool.update { $0.sessions.gate = nil }
            gate.open()
            try await Patience.wait(for: "all") { pool.pool.read { $0.sessions.shareCount } == Int(shareCount) }
            #expect(Set(pool.pool.read { $0.sessions.calls.flatMap(\.nonces) }).count == Int(shareCount))
        }
    }

    @Test func aShareServiceThatFailsLateFailsNobodyTwice() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member(password: "fd=16")
            let gate = Gate()
            pool.pool.update { state in
                state.sessions.gate = gate
                state.sessions.failures = [.internal("broken")]
            }
            Self.submit(1, miner, job)
            try await Patience.wait(for: "the share") { pool.pool.read { $0.sessions.shareCount } == 1 }
            clock.advance(by: .milliseconds(Int64(StratumDesk.answerMsMax)))
            #expect(try await miner.answer(to: 101)["error"]?.array?[1].string == Self.away)
            pool.pool.update { $0.sessions.gate = nil }
            gate.open()
            #expect(try await miner.call("mining.submit", job.share(2))["result"] == true)
            #expect(pool.figure("lode_stratum_unjudged_total") == 1)
        }
    }
}
