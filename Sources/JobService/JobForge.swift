import BlockFormat
import Hashing
import Messages
import MiningDomain
import ServiceRuntime
import Synchronization
import System

/// Makes jobs of templates, one after the other: decides, writes to disk, and only then tells.
final class JobForge: Sendable {
    static let condition = "jobs: job"
    /// A job this many refreshes old means that something is wrong.
    private static let refreshesUntilStale = 3

    private struct State {
        var guardian: TipGuard
        var ids: JobIDSource
        /// As `guardian` had it when it was last asked about: one line in the log for each tip.
        var doubted: Hash256?
    }

    private let settings: JobServiceSettings
    private let store: JobStore
    private let counter: BinCounter
    private let audience: [any JobAudience]
    private let rewards: any RewardAddressSource
    private let metrics: JobMetrics
    private let surroundings: Surroundings
    private let state: Mutex<State>

    init(
        settings: JobServiceSettings,
        store: JobStore,
        counter: BinCounter,
        audience: [any JobAudience],
        rewards: any RewardAddressSource,
        newest: Job?,
        metrics: JobMetrics,
        surroundings: Surroundings
    ) {
        self.settings = settings
        self.store = store
        self.counter = counter
        self.audience = audience
        self.rewards = rewards
        self.metrics = metrics
        self.surroundings = surroundings
        let guardian = TipGuard(
            refreshMs: settings.refreshInterval.wholeMilliseconds,
            refreshMinimumMs: settings.refreshMinimum.wholeMilliseconds,
            doubtMs: settings.doubtInterval.wholeMilliseconds,
            tipBefore: newest.flatMap { Hash256($0.previousHash) }
        )
        let ids = JobIDSource(replica: settings.replica, newest: newest.flatMap { JobID($0.jobID) })
        state = Mutex(State(guardian: guardian, ids: ids))
        surroundings.health.require(Self.condition)
    }

    private var nowMs: UInt64 { surroundings.clock.monotonicMilliseconds }

    func wantsTemplate(_ tip: Hash256) -> Bool {
        let nowMs = nowMs
        return state.withLock { $0.guardian.wantsTemplate(tip: tip, nowMs: nowMs) }
    }

    /// The node has a tip for which it gives no template: work on another tip is in vain after a while.
    func missed(tip: Hash256) {
        let nowMs = nowMs
        let isOver = state.withLock { state in
            guard state.guardian.missed(tip: tip, nowMs: nowMs) else { return false }
            state.guardian.withdraw()
            return true
        }
        guard isOver else { return }
        counter.withdraw()
        surroundings.health.failed(Self.condition, because: "no node gives a template for the tip \(tip)")
        surroundings.log.warning("the job was withdrawn: its tip was left, and there is no template", ["tip": tip])
    }

    /// Makes a job of each template that deserves it, until its task is cancelled.
    func run(_ arrivals: AsyncStream<TemplateWatch.Arrival>) async {
        guard let script = await rewardScript() else { return }
        let recipe = JobRecipe(
            network: settings.network,
            tag: settings.tag,
            shareDifficulty: settings.shareDifficulty,
            rewardScript: script
        )
        for await arrival in arrivals { await consider(arrival, recipe) }
    }

    /// Reports a job that grows old although there should be another.
    func checkAge() {
        guard let takenAtMs = state.withLock({ $0.guardian.current?.takenAtMs }) else { return }
        let ageMs = nowMs - takenAtMs
        if ageMs < settings.refreshInterval.wholeMilliseconds * UInt64(Self.refreshesUntilStale) {
            surroundings.health.met(Self.condition)
        } else {
            surroundings.health.failed(Self.condition, because: "the current job is \(ageMs / 1_000) s old")
        }
    }

    private func consider(_ arrival: TemplateWatch.Arrival, _ recipe: JobRecipe) async {
        let template = arrival.template
        let nowMs = nowMs
        switch state.withLock({ $0.guardian.verdict(on: template, nowMs: nowMs) }) {
        case .keep: return
        case .doubt: doubt(template, nowMs: nowMs)
        case .take(let isClean):
            let createdAtMs = surroundings.clock.unixMilliseconds
            let id = state.withLock { $0.ids.next(nowMs: createdAtMs) }
            do {
                let whole = try recipe.template(template, id: id, isClean: isClean, nowMs: createdAtMs)
                try await store.save(whole, as: id)
                state.withLock { $0.guardian.took(template, nowMs: nowMs) }
                if let job = whole.job { announce(job, id: id, arrival, isClean: isClean) }
            } catch {
                surroundings.health.failed(Self.condition, because: "\(error)")
                surroundings.log.error("no job could be made", ["height": template.height, "reason": "\(error)"])
            }
        }
    }

    private func announce(_ job: Job, id: JobID, _ arrival: TemplateWatch.Arrival, isClean: Bool) {
        counter.open(job, id: id)
        for listener in audience { listener.announce(job) }
        metrics.published.increment()
        metrics.height.set(Int64(job.height))
        metrics.createdAt.set(Int64(job.createdAtMs / 1_000))
        if isClean { metrics.latency.observe(.milliseconds(Int64(nowMs - arrival.noticedAtMs))) }
        surroundings.health.met(Self.condition)
        surroundings.log.info(
            "new job",
            [
                "job": id, "height": job.height, "clean": isClean, "transactions": arrival.template.transactions.count,
                "tip": arrival.template.previousHash,
            ]
        )
    }

    private func doubt(_ template: BlockTemplate, nowMs: UInt64) {
        metrics.doubted.increment()
        let isNews = state.withLock { state in
            state.guardian.doubted(template, nowMs: nowMs)
            defer { state.doubted = template.previousHash }
            return state.doubted != template.previousHash
        }
        guard isNews else { return }
        surroundings.log.warning(
            "a template on a tip that may be an old one",
            ["height": template.height, "tip": template.previousHash]
        )
    }

    /// Asks until there is an answer that can be used; `nil` when the task was cancelled first.
    private func rewardScript() async -> [UInt8]? {
        while !Task.isCancelled {
            do throws(RPCError) {
                let text = try await rewards.rewardAddress()
                do throws(AddressError) {
                    return try Address(parsing: text, on: settings.network).scriptPublicKey
                } catch {
                    lacksReward("\(text): \(error)")
                }
            } catch {
                lacksReward(error.message)
            }
            try? await surroundings.clock.sleep(for: settings.retryInterval)
        }
        return nil
    }

    private func lacksReward(_ reason: String) {
        guard !Task.isCancelled else { return }
        surroundings.health.failed(Self.condition, because: "no address for rewards: \(reason)")
        surroundings.log.warning("no address for rewards yet", ["reason": reason])
    }
}
