import TestSupport
import Testing

@testable import EventLoop

/// When lines are left to come together.
@Suite(.timeLimit(.minutes(2))) struct TurnPaceTests {
    private static let gatherNs: UInt64 = 2_000_000

    /// The rest after the last of a second's turns, each with `lineCount` lines, at `lineRate` lines a second.
    private func rest(lineRate: UInt64, lineCount: Int = 1, gatherNs: UInt64 = gatherNs) -> UInt64 {
        var pace = TurnPace(gatherNs: gatherNs, lineRateMin: 7_000, nowNs: 0)
        let stepNs = 1_000_000_000 * UInt64(lineCount) / lineRate
        var nowNs: UInt64 = 0
        while nowNs < 1_000_000_000 {
            nowNs += stepNs
            pace.read(lineCount, inTurnBegunAt: nowNs)
        }
        return pace.restNs(atNs: nowNs)
    }

    @Test(
        arguments: [
            (1, 0), (100, 0), (5_000, 0), (6_900, 0), (7_100, gatherNs), (8_000, gatherNs), (10_000, 1_600_000),
            (20_000, 800_000),
            (1_000_000, 16_000),
        ] as [(UInt64, UInt64)]
    )
    func fromSevenThousandLinesASecondOnTurnsAreHeldApartUntilSixteenHaveCome(lineRate: UInt64, restNs: UInt64) {
        #expect(rest(lineRate: lineRate) == restNs)
    }

    @Test func aShorterTimeIsKept() {
        #expect(rest(lineRate: 10_000, gatherNs: 1_000_000) == 1_000_000)
        #expect(rest(lineRate: 100_000, gatherNs: 1_000_000) == 160_000)
    }

    @Test func theRateCountsAndNotHowManyLinesATurnHas() {
        #expect(rest(lineRate: 5_000, lineCount: 50) == 0)
        #expect(rest(lineRate: 20_000, lineCount: 50) == 800_000)
    }

    @Test func whoNeverGathersNeverRests() {
        #expect(rest(lineRate: 1_000_000, gatherNs: 0) == 0)
        var pace = TurnPace(gatherNs: 0, lineRateMin: 0, nowNs: 0)
        pace.read(1_000, inTurnBegunAt: 1)
        #expect(!pace.isResting)
    }

    @Test func aTurnsOwnTimeIsPartOfTheRest() {
        var pace = TurnPace(gatherNs: Self.gatherNs, lineRateMin: 0, nowNs: 0)
        #expect(!pace.isResting)  // nothing was read yet
        pace.read(1, inTurnBegunAt: 5)
        #expect(pace.isResting)
        #expect(pace.restNs(atNs: 5) == Self.gatherNs)
        #expect(pace.restNs(atNs: 400_005) == 1_600_000)
        #expect(pace.restNs(atNs: Self.gatherNs + 5) == 0)
        #expect(pace.restNs(atNs: .max) == 0)
    }

    @Test func oneBurstAfterSilenceIsNoRate() {
        var pace = TurnPace(gatherNs: Self.gatherNs, lineRateMin: 7_000, nowNs: 0)
        pace.read(1_000, inTurnBegunAt: 3_600_000_000_000)
        #expect(!pace.isResting)
    }

    @Test func theLineAfterAFastTimeRestsOnceAtMost() {
        var pace = TurnPace(gatherNs: Self.gatherNs, lineRateMin: 7_000, nowNs: 0)
        pace.read(1_000, inTurnBegunAt: TurnPace.windowNs)
        #expect(pace.restNs(atNs: TurnPace.windowNs) == 800_000)
        pace.read(1, inTurnBegunAt: 3 * TurnPace.windowNs)
        #expect(!pace.isResting)
    }

    // MARK: In a loop

    private func held(_ time: Duration) -> LoopSettings {
        var settings = LoopSettings()
        settings.gatherTime = time
        settings.gatherLineRateMin = 0
        return settings
    }

    @Test func linesWaitForTheNextTurnAndPostsDoNot() async throws {
        try await withServer(settings: held(.seconds(1))) { echo in
            let socket = try LoopbackSocket(port: echo.port)
            try await socket.send("first\n")
            #expect(try await socket.receive(until: "\n") == "first\n")
            try await socket.send("second\n")
            // The line is there: a loop that did not rest would read it with the second of these at the latest.
            for _ in 0..<20 {
                let isBefore = await withCheckedContinuation { continuation in
                    echo.server.loops[0].post { [events = echo.events] handler in
                        handler.links.first?.send(Array("posted\n".utf8))
                        continuation.resume(returning: !events.elements.contains(.line("second")))
                    }
                }
                #expect(isBefore)
            }
            let posted = String(repeating: "posted\n", count: 20)
            #expect(try await socket.receive(until: "second\n") == posted + "second\n")
        }
    }

    @Test(arguments: Carriage.allCases) func linesThatCameTogetherAreOneTurn(carriage: Carriage) async throws {
        try await withServer(carriage, settings: held(.milliseconds(500))) { echo in
            let clients = try (0..<20).map { _ in try echo.client() }
            await echo.events.wait(for: .opened, count: clients.count)
            clients[0].send("first\n")
            await clients[0].wait(for: "first")
            let turnCount = echo.events.elements.count { $0 == .turnEnded }
            for client in clients { client.send("together\n") }
            for client in clients { await client.wait(for: "together") }
            #expect(echo.events.elements.count { $0 == .turnEnded } <= turnCount + 3)
        }
    }

    @Test func whoRestsStopsAllTheSame() async throws {
        try await withServer(settings: held(.milliseconds(100))) { echo in
            let client = try echo.client()
            client.send("first\n")
            await client.wait(for: "first")
            await echo.server.stop()
            #expect(await client.end() != nil)
        }
    }
}
