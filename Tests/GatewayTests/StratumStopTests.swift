import EventLoop
import Gateway
import JSON
import Messages
import TestSupport
import Testing

/// A gateway that stops.
@Suite(.timeLimit(.minutes(1))) struct StratumStopTests {
    @Test(arguments: StratumFixture.Door.allCases)
    func everybodyIsAskedToConnectAgainAndWhatWasSentIsAnswered(door: StratumFixture.Door) async throws {
        // Nothing waits for time: the clock stands still.
        try await StratumFixture.run(door, clock: ManualClock()) { pool in
            let (miner, job) = try await pool.member()
            let (idle, _) = try await pool.member()
            let silent = try pool.connect()
            try await silent.call("mining.ping")
            let gate = Gate()
            pool.pool.update { $0.sessions.gate = gate }
            let share = String(decoding: job.share(1).encoded(), as: UTF8.self)
            miner.send("{\"id\":99,\"method\":\"mining.submit\",\"params\":\(share)}")
            try await Patience.wait(for: "the share") { pool.pool.read { $0.sessions.shareCount } == 1 }
            async let stopped: Void = pool.gateway.stop()
            for miner in [miner, idle] { #expect(try await miner.notice("client.reconnect") == []) }
            // Nothing is sent before the answer to subscribe.
            #expect(try await silent.closing().isEmpty)
            await idle.stop()
            // No new one is let in meanwhile.
            #expect(await Self.isRefused(pool.port))
            gate.open()
            #expect(try await miner.answer(to: 99)["result"] == true)
            await miner.stop()
            try await stopped
            for port in pool.gateway.gateway.stratumPorts { #expect(await Self.isRefused(port)) }
        }
    }

    @Test func whoDoesNotLeaveIsClosedAfterFiveSeconds() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, _) = try await pool.member()
            async let stopped: Void = pool.gateway.stop()
            try await miner.notice("client.reconnect")
            let leaving = Task {
                while !Task.isCancelled {
                    await clock.waitForSleepers()
                    clock.advance(by: .seconds(5))
                    await Task.yield()
                }
            }
            try await miner.closing()
            try await stopped
            leaving.cancel()
            clock.advance(by: .seconds(5))
        }
    }

    @Test func aGatewayThatNobodyUsesStopsAtOnce() async throws {
        try await StratumFixture.run(clock: ManualClock()) { pool in
            try await pool.gateway.stop()
            #expect(await Self.isRefused(pool.port))
        }
    }

    private static func isRefused(_ port: UInt16) async -> Bool {
        guard let socket = try? LoopbackSocket(port: port) else { return true }
        try? await socket.send("{\"id\":1,\"method\":\"mining.ping\"}\n")
        return (try? await socket.receive().isEmpty) ?? true
    }
}
