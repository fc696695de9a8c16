import HTTPClient
import JSON
import MiningDomain
import ServiceRuntime
import System

/// The conversation with a Stratum pool, over one connection after the other.
actor StratumLink: PoolLink {
    /// Reports that may wait for answers: a share need not wait for what another's answer takes.
    static let reportsUnderWayMax = 64

    private let settings: StratumSettings
    private let desk: MiningDesk
    private let timeout: Duration
    private let log: Log
    private let clock: any WallClock
    private let seed: UInt64
    private var session: StratumSession
    private var route: StratumRoute
    private var connection: LineConnection?
    private var wasEverReady = false

    init(
        _ settings: StratumSettings,
        user: String,
        desk: MiningDesk,
        timeout: Duration,
        surroundings: Surroundings,
        seed: UInt64
    ) {
        self.settings = settings
        self.desk = desk
        self.timeout = timeout
        self.seed = seed
        log = surroundings.log
        clock = surroundings.clock
        session = StratumSession(user: user, settings: settings)
        route = StratumRoute(settings)
    }

    func converse() async -> MinerError? {
        await withTaskGroup(of: MinerError?.self) { group in
            group.addTask { await self.connectAgainAndAgain() }
            group.addTask { await self.sendReports() }
            group.addTask { await self.watchForSilence() }
            // The first to end was cancelled, or has found that nothing helps: then all end.
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
    }

    func flushReports() async {
        guard let connection, session.isReady else { return }
        while let report = await desk.nextReport() { await submit(report) }
        while session.isWaitingForAnswers {
            guard let line = try? await connection.nextLine(), await heed(line) == nil else { break }
        }
        connection.close()
    }

    // MARK: - Connections

    private func connectAgainAndAgain() async -> MinerError? {
        var backOff = BackOff(seed: seed)
        while !Task.isCancelled {
            let end = await talk()
            guard !Task.isCancelled, let end else { break }
            if session.isReady { backOff.succeeded() }
            await hangUp()
            let pause: Duration
            switch end {
            case .refused(let reason) where !wasEverReady: return .refused(reason)
            case .refused(let reason), .trouble(let reason):
                route.failed()
                await note(reason)
                pause = backOff.pause()
            case .reconnect(let wish):
                follow(wish)
                pause = max(wish.wait, backOff.pause())
            }
            guard (try? await clock.sleep(for: pause)) != nil else { break }
        }
        return nil
    }

    /// - Returns: Why the connection has to end; `nil` when cancelled, and then it may live on.
    private func talk() async -> StratumEnd? {
        let connection = LineConnection(
            LineSettings(
                host: route.current.host,
                port: route.current.port,
                security: route.security,
                connectTimeout: timeout,
                silenceMax: settings.silenceMax,
                sendTimeout: timeout
            )
        )
        do throws(LineConnectionError) {
            try await connection.open()
            self.connection = connection
            if let end = await perform(session.begin(nowMs: clock.monotonicMilliseconds)) { return end }
            while true {
                if let end = await heed(try await connection.nextLine()) { return end }
            }
        } catch {
            guard error == .cancelled else { return .trouble("\(error)") }
            return Task.isCancelled ? nil : .trouble("the pool owes an answer for too long")
        }
    }

    private func hangUp() async {
        connection?.close()
        connection = nil
        _ = await perform(session.end())
    }

    private func follow(_ wish: StratumReconnect) {
        let isFollowed = route.redirect(host: wish.host, port: wish.port)
        let fields: Log.Fields = [
            "host": wish.host ?? "", "port": wish.port ?? 0, "seconds": wish.wait.components.seconds,
        ]
        if isFollowed {
            log.info("pool_reconnect", fields)
        } else {
            log.warning("pool_reconnect_elsewhere_ignored", fields)
        }
    }

    /// A pool that owes an answer for too long is half dead: the next connection may do better.
    private func watchForSilence() async -> MinerError? {
        let timeoutMs = timeout.wholeMilliseconds
        while (try? await clock.sleep(for: timeout / 4)) != nil {
            guard session.isOverdue(nowMs: clock.monotonicMilliseconds, timeoutMs: timeoutMs) else { continue }
            connection?.close()
        }
        return nil
    }

    // MARK: - Shares

    private func sendReports() async -> MinerError? {
        for await _ in desk.reportBell.rings {
            while session.isReady, !Task.isCancelled, let report = await desk.nextReport() { await submit(report) }
        }
        return nil
    }

    private func submit(_ report: Report) async {
        guard session.isReady else { return await desk.returnUnanswered(report) }  // it has just gone
        _ = await perform(session.submit(report, nowMs: clock.monotonicMilliseconds))
    }

    // MARK: - What follows

    /// - Returns: Why the connection has to end.
    private func heed(_ line: [UInt8]) async -> StratumEnd? {
        do throws(PageError) {
            return await perform(try session.receive(line, nowMs: clock.monotonicMilliseconds))
        } catch {
            return .trouble("the pool's message: \(error)")
        }
    }

    private func perform(_ actions: [StratumSession.Action]) async -> StratumEnd? {
        // Lines first: what is done with the desk may let other messages in between.
        for case .send(let bytes) in actions { connection?.send(bytes) }
        for action in actions {
            switch action {
            case .send: break
            case .turn(let assignment): await turn(to: assignment)
            case .dropWork: await desk.dropAllBins()
            case .settle(let report, let answer): await settle(report, answer)
            case .returnUnanswered(let report): await desk.returnUnanswered(report)
            case .ready(let isResumed): await becomeReady(isResumed)
            case .showMessage(let text): log.warning("pool_message", ["text": text])
            case .end(let end): return end
            }
        }
        return nil
    }

    private func turn(to assignment: Assignment) async {
        await desk.turn(to: assignment)
        log.debug("job_changed", ["job": assignment.job.id, "height": assignment.job.height ?? 0])
    }

    private func settle(_ report: Report, _ answer: ReportAnswer) async {
        await desk.settle(report, answer)
        for result in answer.results {
            switch result.verdict {
            case .accepted(let isBlock):
                log.debug("share_accepted", ["nonce": result.nonce, "block": isBlock])
                if isBlock { log.info("block_found", ["height": await desk.currentJob?.height ?? 0]) }
            case .rejected(let reason): log.debug("share_rejected", ["nonce": result.nonce, "reason": reason])
            }
        }
        desk.reportBell.ring()  // there is room for the next
    }

    private func becomeReady(_ isResumed: Bool) async {
        if await desk.succeeded() { log.info("pool_back", ["resumed": isResumed]) }
        if !wasEverReady { log.info("joined", ["pool": route.current, "user": session.user]) }
        wasEverReady = true
        route.succeeded()
        desk.reportBell.ring()
    }

    private func note(_ reason: String) async {
        guard await desk.failed(because: reason) else { return }
        log.warning("pool_trouble", ["reason": reason])
    }
}
