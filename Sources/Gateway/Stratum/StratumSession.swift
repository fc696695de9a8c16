import EventLoop
import Messages
import MiningDomain
import ServiceRuntime
import StratumProtocol
import System

/// What the gateway knows of one connection: a few hundred bytes, touched by its loop's thread only.
final class StratumSession {
    /// Workers that one connection may authorize: a proxy in front of a small farm.
    static let workerCountMax = 64
    /// Lines that are no requests, after which the connection is closed.
    static let malformedLineCountMax = 5
    /// How long after connecting a duplicate is a share that was sent again for want of an answer, in milliseconds.
    static let resendGraceMs: UInt64 = 60_000
    /// Shares of names that are not authorized, in `strangerShareMs`: each costs as much as one that counts.
    static let strangerShareCountMax = 50
    /// In milliseconds.
    static let strangerShareMs: UInt64 = 300_000

    let link: Link<StratumSession>
    let address: AddressRecord
    /// Where it stands among its loop's sessions.
    var index = 0
    /// Where which of its leases stands in which batch.
    var place: (batch: UInt64, extranonce1: UInt32, index: UInt32) = (0, 0, 0)

    /// Its own part of every job's search space, once it has subscribed.
    var lease: SessionLeases.Lease?
    /// The one before, for shares of what was sent under it.
    var earlier: (lease: SessionLeases.Lease, until: SentJob)?
    /// Under which it can be resumed; nobody else can guess it.
    var name = ""
    /// Who subscribed while no lease was in stock.
    var waitingSubscription: RequestID?
    /// Where it stands, or stood, among those who wait for a lease.
    var waitingPlace: UInt64?
    var workers: [StratumWorker] = []
    var rolling = VersionRolling.none
    var wantsSetExtranonce = false

    var vardiff: Vardiff
    /// Never easier than this, as it asked on this connection with `minimum-difficulty`.
    var floor: Difficulty?
    /// What its password asked for.
    var options = PasswordOptions.none
    var epochs = DifficultyEpochs()
    /// What the miner was told last.
    var difficulty: Difficulty?
    /// What it is told with the next job, if that is another.
    var nextDifficulty: Difficulty?
    /// The last job that it was sent.
    var sent: SentJob?
    /// Milliseconds of a clock that never goes back, as all times here.
    let openedAtMs: UInt64
    var allowance: TokenBucket
    var malformedLineCount = 0
    /// Its shares of names that are not authorized, and since when they are counted.
    private var strangerShares: (count: Int, sinceMs: UInt64) = (0, 0)
    /// Whether it said what it runs.
    var hasProgram = false
    /// Whether it ever sent a share.
    var hasShares = false
    /// When it last asked for transactions.
    var askedTransactionsAtMs: UInt64 = 0

    init(
        _ link: Link<StratumSession>,
        address: AddressRecord,
        vardiff: Vardiff,
        allowance: TokenBucket,
        nowMs: UInt64
    ) {
        self.link = link
        self.address = address
        self.vardiff = vardiff
        self.allowance = allowance
        openedAtMs = nowMs
    }

    /// Whether it has its answer to subscribe: before that, nothing is sent but answers.
    var isSubscribed: Bool { lease != nil }

    /// Counts a share of a name that is not authorized.
    ///
    /// - Returns: Whether that is one too many.
    func countStrangerShare(nowMs: UInt64) -> Bool {
        if strangerShares.count == 0 || nowMs >= strangerShares.sinceMs + Self.strangerShareMs {
            strangerShares = (0, nowMs)
        }
        strangerShares.count += 1
        return strangerShares.count > Self.strangerShareCountMax
    }

    /// Whom a share names.
    func worker(_ name: WorkerText, in line: Span<UInt8>) -> StratumWorker? {
        for worker in workers {
            let known = worker.name
            if name.isEqual(to: known.span, in: line) { return worker }
        }
        return nil
    }

    /// The lease that a share was found under.
    func lease(for job: JobID, time: UInt32) -> SessionLeases.Lease? {
        if let earlier, !earlier.until.precedes(job, time: time) { return earlier.lease }
        return lease
    }
}
