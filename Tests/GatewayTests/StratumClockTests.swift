import JSON
import Messages
import TestSupport
import Testing

@testable import Gateway

/// A time server may set the time of day back under a gateway that runs.
@Suite(.timeLimit(.minutes(1))) struct StratumClockTests {
    private let clock = ManualClock()

    @Test func aShareThatComesTwiceAfterTheClockWasSetBackIsADuplicate() async throws {
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member()
            pool.pool.update { $0.sessions.statuses = [1: .duplicate] }
            clock.setBack(by: .seconds(3_600))
            #expect(try await miner.refusal("mining.submit", job.share(1)) == "22 Duplicate share")
            #expect(try await miner.call("mining.ping")["result"] == "pong")
        }
    }

    @Test func whatIsDueComesWhenItIsDue() async throws {
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, first) = try await pool.member(password: "fd=16")
            let stranger = try pool.connect()
            try await stranger.call("mining.ping")
            clock.setBack(by: .seconds(3_600))
            clock.advance(by: .seconds(30))
            #expect(WireJob(try await miner.notice("mining.notify")).time > first.time)
            clock.advance(by: .milliseconds(Int64(StratumDesk.strangerMsMax)))
            try await stranger.closing()
            #expect(try await miner.call("mining.ping")["result"] == "pong")
        }
    }

    @Test func whoAuthorizesNobodyIsToldAndClosedAfterTwoMinutes() async throws {
        try await StratumFixture.run(clock: clock) { pool in
            let miner = try pool.connect()
            try await miner.call("mining.subscribe", ["test/1"])
            #expect(try await miner.refusal("mining.get_transactions", ["00"]) == "24 Unauthorized worker")
            clock.advance(by: .milliseconds(Int64(StratumDesk.strangerMsMax) - 1))
            try await miner.call("mining.ping")
            clock.advance(by: .seconds(2))
            let line = #"{"id":null,"method":"client.show_message","params":["Unauthorized worker"]}"#
            #expect(try await miner.closing().last == line)
        }
    }

    @Test func aSessionIsKeptForTenMinutesOfARealClock() async throws {
        try await StratumFixture.run(clock: clock) { pool in
            try await pool.settleJob()
            let before = try pool.connect()
            let first = try await before.call("mining.subscribe", ["x/1"])
            await before.stop()
            try await pool.settle(connections: 0)
            clock.setBack(by: .seconds(3_600))
            clock.advance(by: .milliseconds(Int64(SessionMemory.keepMs)))
            let session = try #require(first["result"]?.array?[0].array?[0].array?[1])
            let second = try await pool.connect().call("mining.subscribe", ["x/1", session])
            #expect(second["result"] != first["result"])
        }
    }
}
