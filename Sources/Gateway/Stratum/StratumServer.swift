import BlockFormat
import EventLoop
import Messages
import ServiceRuntime
import StratumProtocol

/// The door for mining hardware: loops of connections, and the lanes that bring their shares to the share services.
final class StratumServer: Sendable {
    /// Questions of all loops that wait; more are not asked.
    private static let questionCountMax = 256

    let office: StratumOffice
    let jobs: JobsClient
    let server: LoopServer<StratumDesk>
    private let lanes: [JudgeLanes]
    private let questions: AsyncStream<Question>
    /// What loops want of each other: it waits for no service.
    private let releases: AsyncStream<Question>

    /// Listens at once; subscriptions are answered while it runs.
    ///
    /// - Throws: `EventLoopError`, such as for a busy port.
    init(office: StratumOffice, jobs: JobsClient, shares: SharesClient) throws(EventLoopError) {
        let settings = office.settings
        let lanes = (0..<settings.threadCount).map { _ in
            JudgeLanes(shares: shares, clock: office.surroundings.clock)
        }
        let (questions, ask) = AsyncStream.makeStream(
            of: Question.self,
            bufferingPolicy: .bufferingOldest(Self.questionCountMax)
        )
        let (releases, release) = AsyncStream.makeStream(
            of: Question.self,
            bufferingPolicy: .bufferingOldest(Self.questionCountMax)
        )
        server = try LoopServer(
            name: "stratum",
            loopCount: settings.threadCount,
            listeners: settings.listeners,
            settings: settings.limits,
            makeHandler: { context, place in
                StratumDesk(office: office, place: place, lanes: lanes[place], executor: context.executor) { errand in
                    let queue =
                        switch errand {
                        case .release: release
                        case .renew, .transactions: ask
                        }
                    guard case .enqueued = queue.yield(Question(loop: place, errand: errand)) else { return false }
                    return true
                }
            }
        )
        self.office = office
        self.jobs = jobs
        self.lanes = lanes
        self.questions = questions
        self.releases = releases
    }

    /// Of the plain listener and of the one with TLS, as far as there are any; the real ones, when port 0 was asked for.
    var ports: [UInt16] { server.ports }

    /// A job that is the current one from now on.
    func announce(_ job: Job) {
        let noticedAt = ContinuousClock.now
        guard let job = StratumJob(job, network: office.network) else {
            return office.surroundings.log.error("a job that no miner could work on", ["job": job.jobID])
        }
        for loop in server.loops { loop.post { $0.begin(job, noticedAt: noticedAt) } }
    }

    /// The last job is none any more.
    func withdrawJob() {
        for loop in server.loops { loop.post { $0.withdraw() } }
    }

    /// Serves until its task is cancelled; then asks the miners to connect again, and finishes what they have sent.
    func run() async {
        // Outlive the cancellation: the last shares still need them.
        var helpers = zip(lanes, server.loops).map { lanes, loop in
            Task { await lanes.run { number, outcome in loop.post { $0.settle(number, outcome) } } }
        }
        helpers.append(
            Task { [office, server] in
                await office.leases.run { for loop in server.loops { loop.post { $0.serveWaiting() } } }
            }
        )
        helpers.append(Task { await self.run(questions) })
        helpers.append(Task { await self.run(releases) })
        await Cancellation.wait()
        server.stopAccepting()
        await drain()
        for helper in helpers { helper.cancel() }
        for helper in helpers { await helper.value }
        await server.stop()
    }

    /// Returns when every miner is gone and every share answered, or when that takes too long.
    private func drain() async {
        let (done, tell) = AsyncStream.makeStream(of: Void.self)
        for loop in server.loops { loop.post { $0.drain { tell.yield() } } }
        // In a task of its own, because this one is cancelled, and would not wait.
        await Task {
            await withTaskGroup { group in
                group.addTask {
                    var rest = self.server.loops.count
                    for await _ in done {
                        rest -= 1
                        if rest == 0 { break }
                    }
                }
                group.addTask { try? await self.office.surroundings.clock.sleep(for: self.office.settings.drainTime) }
                await group.next()
                group.cancelAll()
            }
        }.value
    }
}
