import Messages
import ServiceRuntime
import System

/// Brings solved blocks to the nodes and follows their fate until the ledger knows it.
///
/// Four loops beside each other: templates are fetched ahead of need, the chain is followed, blocks that are not on it
/// are offered again, and the ledger is told. Every step may be repeated; several replicas may do the same at once.
final class BlockFollower: Sendable {
    let settings: ChainWatcherSettings
    let chain: any ChainSource
    let jobs: any TemplateSource
    let ledger: any BlockLedger
    let announcements: any JobAnnouncements
    let events: any ChainEvents
    let log: Log
    let health: Health
    let clock: any WallClock
    let metrics: WatcherMetrics

    /// The condition that readiness waits for.
    static let nodeCondition = "chain: node"
    /// How long a node may take to check a block that is offered again.
    static let offerTimeout = Duration.seconds(60)

    let store: any CandidateStore
    let watchlist = Watchlist()
    let templates = TemplateCache()
    let view = ChainView()
    /// Wakes the loop that follows the chain, and the one that tells the ledger.
    let followWake = Wake()
    let reportWake = Wake()

    init(
        settings: ChainWatcherSettings,
        chain: any ChainSource,
        jobs: any TemplateSource,
        ledger: any BlockLedger,
        announcements: any JobAnnouncements,
        events: any ChainEvents,
        store: any CandidateStore,
        surroundings: Surroundings
    ) {
        self.settings = settings
        self.chain = chain
        self.jobs = jobs
        self.ledger = ledger
        self.announcements = announcements
        self.events = events
        log = surroundings.log
        health = surroundings.health
        clock = surroundings.clock
        metrics = WatcherMetrics(surroundings.metrics)
        self.store = store
        health.require(Self.nodeCondition)
    }

    /// Runs until its task is cancelled.
    func run() async {
        await withTaskGroup { group in
            group.addTask { await self.fetchTemplates() }
            group.addTask { await self.follow() }
            group.addTask { await self.offerAgain() }
            group.addTask { await self.reportToLedger() }
        }
    }

    /// Takes up the blocks that an earlier run left open.
    func resume() async throws(SystemError) {
        let (reports, broken) = try await store.load()
        for name in broken { log.error("candidate_unreadable", ["file": "\(settings.folder)/\(name)"]) }
        for report in reports {
            guard let candidate = Candidate(report) else { continue }
            watchlist.insert(
                candidate,
                CandidateFate(confirmationCount: settings.confirmationCount),
                isSaved: true,
                isResumed: true
            )
        }
        reportWake.signal()
        if !reports.isEmpty { log.info("candidates_resumed", ["count": reports.count]) }
    }
}
