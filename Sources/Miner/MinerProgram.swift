import HTTPClient
import Hashing
package import ServiceRuntime

/// What `lode mine` does: takes work from a pool, searches it, and reports what it finds.
package struct MinerProgram: Service {
    package let name = "miner"

    private let settings: MinerSettings
    private let clock: any WallClock
    private let display: any ProgressDisplay
    private let link: any PoolLink
    private let desk: MiningDesk
    private let threads: [SearchThread]

    /// - Parameters:
    ///   - settings: What to mine for, where and how fast.
    ///   - surroundings: The process's log and clock.
    ///   - display: Where progress is shown.
    ///   - seed: Different for each miner, so that many do not come back to a pool at once.
    package init(
        settings: MinerSettings,
        surroundings: Surroundings,
        display: any ProgressDisplay,
        seed: UInt64
    ) {
        switch settings.pool {
        case .bins(let url):
            let pool = HTTPPool(url: url, account: settings.account, timeout: settings.requestTimeout)
            self.init(settings: settings, surroundings: surroundings, display: display, seed: seed, pool: pool)
        case .stratum(let stratum):
            let desk = Self.desk(settings, reportsUnderWayMax: StratumLink.reportsUnderWayMax, surroundings)
            let link = StratumLink(
                stratum,
                user: settings.stratumUser,
                desk: desk,
                timeout: settings.requestTimeout,
                surroundings: surroundings,
                seed: seed
            )
            self.init(settings: settings, surroundings: surroundings, display: display, desk: desk, link: link)
        }
    }

    init(
        settings: MinerSettings,
        surroundings: Surroundings,
        display: any ProgressDisplay,
        seed: UInt64,
        pool: any Pool
    ) {
        let desk = Self.desk(settings, reportsUnderWayMax: 1, surroundings)
        let link = BinLink(pool: pool, desk: desk, settings: settings, surroundings: surroundings, seed: seed)
        self.init(settings: settings, surroundings: surroundings, display: display, desk: desk, link: link)
    }

    private init(
        settings: MinerSettings,
        surroundings: Surroundings,
        display: any ProgressDisplay,
        desk: MiningDesk,
        link: any PoolLink
    ) {
        precondition((1...MinerSettings.threadCountMax).contains(settings.threadCount))
        self.settings = settings
        clock = surroundings.clock
        self.display = display
        self.desk = desk
        self.link = link
        threads = (0..<settings.threadCount).map(SearchThread.init)
    }

    private static func desk(
        _ settings: MinerSettings,
        reportsUnderWayMax: Int,
        _ surroundings: Surroundings
    ) -> MiningDesk {
        MiningDesk(
            hashrateLimit: settings.hashrateLimit,
            reportsUnderWayMax: reportsUnderWayMax,
            clock: surroundings.clock
        )
    }

    /// - Throws: `MinerError` when the pool will never let this miner in.
    package func run() async throws {
        let failure = await mine()
        await sayFarewell()
        display.conclude(await desk.progress)
        if let failure { throw failure }
    }

    private func mine() async -> MinerError? {
        await withTaskGroup(of: MinerError?.self) { group in
            group.addTask { await link.converse() }
            group.addTask { await showProgress() }
            group.addTask { await closeWhenCancelled() }
            for thread in threads {
                group.addTask { await search(on: thread) }
            }
            // The first to end was cancelled, or has found that nothing helps: then all end.
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
    }

    private func search(on thread: SearchThread) async -> MinerError? {
        var pace = SlicePace(hashrateLimit: settings.hashrateLimit.map { $0 / UInt64(threads.count) })
        while let (slice, delay) = await desk.nextSlice(countMax: pace.count) {
            if delay > .zero {
                do {
                    try await clock.sleep(for: delay)
                } catch {
                    await desk.abandon(slice)
                    break
                }
            }
            let (result, elapsed) = await thread.search(slice)
            pace.took(elapsed, searched: result.searchedCount)
            await desk.complete(slice, result)
        }
        return nil
    }

    private func showProgress() async -> MinerError? {
        while (try? await clock.sleep(for: display.interval)) != nil {
            display.show(await desk.progress)
        }
        return nil
    }

    private func closeWhenCancelled() async -> MinerError? {
        await Cancellation.wait()
        await desk.close()
        return nil
    }

    /// Gives the last finds a moment to reach the pool, although this task is cancelled.
    private func sayFarewell() async {
        guard await desk.hasReports else { return }
        let farewell = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await link.flushReports() }
                group.addTask { try? await clock.sleep(for: settings.farewellTimeout) }
                await group.next()
                group.cancelAll()
            }
        }
        await farewell.value
    }
}
