import JSON
import Messages
import Messaging
import ServiceRuntime

/// Keeps the board and the listeners up to date: by announcements at once, and by asking, which is what counts.
struct PoolFollower: Sendable {
    private static let jobCondition = "a job from the job service"
    /// How often streams get a sign of life.
    private static let signOfLifeInterval: Duration = .seconds(15)
    /// How often it is looked for bins to offer.
    private static let offerInterval: Duration = .milliseconds(100)
    /// Between attempts to hear announcements again.
    private static let eventPause: Duration = .seconds(1)

    let jobs: JobsClient
    let ledger: LedgerClient
    let jobEvents: any EventSource<Job>
    let blockEvents: any EventSource<BlockChanged>
    let board: PoolBoard
    let hub: EventHub
    let offers: BinOffers
    /// Hears of each new job first.
    let announce: @Sendable (Job) -> Void
    /// Hears that the last job is none any more.
    let withdraw: @Sendable () -> Void
    let pollInterval: Duration
    let surroundings: Surroundings

    func run() async {
        surroundings.health.require(Self.jobCondition)
        await withTaskGroup { group in
            group.addTask { await hearAll(jobEvents) { post($0) } }
            group.addTask { await hearAll(blockEvents) { post($0) } }
            group.addTask { await every(pollInterval) { await pollJob() } }
            group.addTask { await every(pollInterval) { await pollSpeed() } }
            group.addTask { await every(pollInterval) { await pollBlocks() } }
            group.addTask { await every(Self.offerInterval) { await offers.offerDue() } }
            group.addTask { await every(Self.signOfLifeInterval) { hub.publishSignOfLife() } }
        }
    }

    // MARK: - What is announced

    private func hearAll<Body>(_ source: any EventSource<Body>, _ handle: (Body) -> Void) async {
        while !Task.isCancelled {
            do throws(MessagingError) {
                handle(try await source.next())
            } catch {
                // Polling goes on meanwhile.
                try? await surroundings.clock.sleep(for: Self.eventPause)
            }
        }
    }

    private func post(_ job: Job) {
        guard let posted = board.post(job) else { return }
        announce(job)
        surroundings.health.met(Self.jobCondition)
        hub.publish("job", posted.encoded)
        if job.clean { offers.jobChanged() }
    }

    private func post(_ change: BlockChanged) {
        let block = PoolBlock(height: change.height, hash: change.hash, state: change.state)
        if board.post(block) { hub.publish("block", JSON(block).encoded()) }
    }

    // MARK: - What is asked

    private func every(_ interval: Duration, _ body: () async -> Void) async {
        while !Task.isCancelled {
            await body()
            try? await surroundings.clock.sleep(for: interval)
        }
    }

    private func pollJob() async {
        do throws(RPCError) {
            post(try await jobs.getJob(GetJobRequest()))
            surroundings.health.met(Self.jobCondition)
        } catch {
            if error.code == .failedPrecondition {
                board.withdrawJob()
                withdraw()
            }
            if board.job == nil { surroundings.health.failed(Self.jobCondition, because: "\(error)") }
        }
    }

    private func pollSpeed() async {
        do throws(RPCError) {
            board.post(try await jobs.getPoolSpeed(Empty()))
        } catch {}  // the last answer stands
    }

    private func pollBlocks() async {
        do throws(RPCError) {
            let statement = try await ledger.getPool(GetPoolRequest(blocks: UInt32(PoolBoard.blockCountMax)))
            let blocks = statement.blocks.map {
                PoolBlock(height: $0.height, hash: $0.hash, state: $0.state, proofRoot: $0.proofRoot)
            }
            for block in board.post(blocks) { hub.publish("block", JSON(block).encoded()) }
        } catch {}  // the last answer stands: jobs and bins go on without the ledger
    }
}
