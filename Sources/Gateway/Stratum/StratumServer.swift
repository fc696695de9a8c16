import BlockFormat
import EventLoop
import Messages
import ServiceRuntime
import StratumProtocol

/// The door for mining hardware: loops of connections, and the lanes that bring their shares to the share services.
final class StratumServer: Sendable {
    /// Something that one loop wants to know.
    private struct Question {
        let loop: Int
        let errand: StratumErrand
    }

    /// Questions of all loops that wait; more are not asked.
    private static let questionCountMax = 256

    private let office: StratumOffice
    private let jobs: JobsClient
    private let server: LoopServer<StratumDesk>
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

    private func run(_ questions: AsyncStream<Question>) async {
        for await question in questions {
            let loop = server.loops[question.loop]
            switch question.errand {
            case .renew(let signed):
                let leases = await renewed(signed)
                loop.post { $0.renewed(leases, asked: signed) }
            case .transactions(let job, let id, let number):
                let line = await transactionsLine(of: job, id)
                loop.post { $0.gave(line, number: number) }
            case .release(let session, let place, let number):
                let isAsked = server.loops[place].post { desk in
                    desk.release(session)
                    loop.post { $0.released(session, number: number) }
                }
                if !isAsked { loop.post { $0.released(session, number: number) } }
            }
        }
    }

    private func renewed(_ signed: [[UInt8]]) async -> [SessionLeases.Lease]? {
        do throws(RPCError) {
            return try await office.leases.renew(signed)
        } catch {
            office.surroundings.log.warning("leases of sessions not renewed", ["reason": error])
            return nil
        }
    }

    /// Written here and not on the loop: it may be a whole block.
    private func transactionsLine(of job: UInt64, _ id: RequestID) async -> Result<[UInt8], StratumError> {
        do throws(RPCError) {
            let transactions = try await jobs.getTransactions(GetTransactionsRequest(jobID: job)).transactions
            guard transactions.reduce(0, { $0 + $1.count }) <= StratumDesk.transactionByteCountMax else {
                return .failure(.tooManyTransactions)
            }
            var line: [UInt8] = []
            StratumWriter.append(transactions: transactions, id, to: &line)
            return .success(line)
        } catch {
            switch error.code {
            case .resourceExhausted: return .failure(.tooManyTransactions)
            case .notFound: return .failure(.jobUnknown)
            case _: return .failure(.transactionsUnavailable)
            }
        }
    }
}
