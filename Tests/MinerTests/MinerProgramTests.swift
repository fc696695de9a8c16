import Hashing
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import Miner

@Suite struct MinerProgramTests {
    /// The last progress a miner showed.
    private final class Watcher: ProgressDisplay {
        private let last = Mutex<MinerProgress?>(nil)
        private let concluded = Mutex(false)
        let interval: Duration = .milliseconds(20)

        func show(_ progress: MinerProgress) {
            last.withLock { $0 = progress }
        }

        func conclude(_ progress: MinerProgress) {
            show(progress)
            concluded.withLock { $0 = true }
        }

        var isConcluded: Bool { concluded.withLock { $0 } }

        var tally: Tally? { last.withLock { $0?.tally } }
        var hashCount: UInt64 { last.withLock { $0?.hashCount ?? 0 } }
        var trouble: String? { last.withLock { $0?.trouble } }
    }

    private struct NoSink: LogSink {
        func write(_ line: String) {}
    }

    /// Runs a miner against `pool` until `body` returns, and waits for its end.
    private static func mine(
        _ pool: ScriptedPool,
        threads: Int = 2,
        limit: UInt64? = 400_000,
        pollInterval: Duration = .seconds(60),
        watcher: Watcher = Watcher(),
        until body: () async throws -> Void
    ) async throws {
        let account = try #require(MinerAccount(address: "somewhere"))
        var settings = MinerSettings(
            pool: .bins(url: "http://unused"),
            account: account,
            threadCount: threads,
            hashrateLimit: limit
        )
        settings.pollInterval = pollInterval
        let clock = SystemClock()
        let surroundings = Surroundings(
            log: Log(service: "miner", minimum: .error, clock: clock, sink: NoSink()),
            metrics: Metrics(),
            health: Health(),
            clock: clock
        )
        let miner = MinerProgram(
            settings: settings,
            surroundings: surroundings,
            display: watcher,
            seed: 1,
            pool: pool
        )
        let running = Task { try await miner.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            _ = await running.result
            throw error
        }
        running.cancel()
        try await running.value
    }

    @Test(.timeLimit(.minutes(1)))
    func searchesBinsToTheirEndAndEveryFindIsRight() async throws {
        let pool = try ScriptedPool(binSize: 20_000)
        let watcher = Watcher()
        try await Self.mine(pool, watcher: watcher) {
            try await Patience.wait(for: "five bins") { await pool.doneBins.count >= 5 }
        }
        #expect(await pool.wrongCount == 0)
        #expect(await pool.duplicateCount == 0)
        // One hash in 256 on average: far fewer or more would mean that parts were left out or done twice.
        let expected = 20_000 * (await pool.doneBins.count) / 256
        #expect(await pool.acceptedCount > expected / 2)
        #expect(await UInt64(pool.acceptedCount) == watcher.tally?.accepted)
        #expect(await pool.joinCount == 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func keepsWhatItFoundWhileThePoolIsAway() async throws {
        let pool = try ScriptedPool(binSize: 1_000_000)
        let watcher = Watcher()
        try await Self.mine(pool, watcher: watcher) {
            try await Patience.wait(for: "the first share") { await pool.acceptedCount > 0 }
            await pool.setAway(true)
            try await Patience.wait(for: "trouble") { watcher.trouble != nil }
            let before = await pool.acceptedCount
            let hashes = watcher.hashCount
            try await Patience.wait(for: "more searching") { watcher.hashCount > hashes + 20_000 }
            #expect(await pool.acceptedCount == before)
            await pool.setAway(false)
            try await Patience.wait(for: "what was found meanwhile") { await pool.acceptedCount > before + 40 }
        }
        #expect(await pool.wrongCount == 0)
        #expect(await pool.duplicateCount == 0)
        #expect(await UInt64(pool.acceptedCount) == watcher.tally?.accepted)
    }

    @Test(.timeLimit(.minutes(1)))
    func aLostAnswerCostsNoShareAndCountsNoneTwice() async throws {
        let pool = try ScriptedPool(binSize: 1_000_000)
        let watcher = Watcher()
        await pool.failNextReports([.answerLost, .unreachable, .answerLost])
        try await Self.mine(pool, watcher: watcher) {
            try await Patience.wait(for: "reports after the failures") { await pool.reportCount > 6 }
        }
        #expect(await pool.duplicateCount > 0)
        #expect(await UInt64(pool.acceptedCount) == watcher.tally?.accepted)
        #expect(watcher.tally?.rejected == 0)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func leavesStaleWorkWhetherItHeardOfTheNewTipOrAsked(hearsOfIt: Bool) async throws {
        let pool = try ScriptedPool(binSize: 1 << 32)
        try await Self.mine(pool, pollInterval: hearsOfIt ? .seconds(60) : .milliseconds(100)) {
            try await Patience.wait(for: "the first share") { await pool.acceptedCount > 0 }
            if hearsOfIt { try await Patience.wait(for: "a listener") { await pool.hasListener } }
            let leased = await pool.leasedCount
            try await pool.changeTip(height: 101, tellsListeners: hearsOfIt)
            try await Patience.wait(for: "a bin of the new job") { await pool.leasedCount > leased }
            let before = await pool.acceptedCount
            try await Patience.wait(for: "shares of the new job") { await pool.acceptedCount > before + 5 }
        }
        #expect(await pool.wrongCount == 0)
    }

    @Test(.timeLimit(.minutes(1)))
    func joinsAgainWhenThePoolForgotIt() async throws {
        let pool = try ScriptedPool(binSize: 5_000)
        try await Self.mine(pool) {
            try await Patience.wait(for: "the first bin") { await !pool.doneBins.isEmpty }
            await pool.forgetMembers()
            try await Patience.wait(for: "a second joining") { await pool.joinCount == 2 }
            let done = await pool.doneBins.count
            try await Patience.wait(for: "more bins") { await pool.doneBins.count > done + 2 }
        }
        #expect(await pool.wrongCount == 0)
    }

    @Test(.timeLimit(.minutes(1)))
    func sendsItsLastFindsBeforeItEnds() async throws {
        let pool = try ScriptedPool(binSize: 1 << 32)
        let watcher = Watcher()
        try await Self.mine(pool, watcher: watcher) {
            try await Patience.wait(for: "the first share") { await pool.acceptedCount > 0 }
            await pool.failNextReports([.answerLost])
            try await Patience.wait(for: "trouble") { watcher.trouble != nil }
        }
        #expect(await UInt64(pool.acceptedCount) == watcher.tally?.accepted)
    }

    @Test(.timeLimit(.minutes(1)))
    func endsWithTheReasonWhenThePoolWillNeverLetItIn() async throws {
        let pool = try ScriptedPool(binSize: 1_000)
        let watcher = Watcher()
        await pool.refuseJoining(because: "that is no address")
        await #expect(throws: MinerError.refused("that is no address")) {
            try await Self.mine(pool, watcher: watcher) {
                try await Patience.wait(for: "the end, which comes by itself") { watcher.isConcluded }
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aThrottledMinerStaysUnderItsLimit() async throws {
        let pool = try ScriptedPool(binSize: 1 << 32)
        let watcher = Watcher()
        let clock = ContinuousClock()
        let start = clock.now
        try await Self.mine(pool, threads: 3, limit: 50_000, watcher: watcher) {
            try await Patience.wait(for: "a second of work") { watcher.hashCount > 50_000 }
        }
        let milliseconds = UInt64((clock.now - start) / .milliseconds(1))
        // Each of the three threads may be one slice ahead.
        #expect(watcher.hashCount <= 50 * milliseconds + 3 * 2_000)
    }
}
