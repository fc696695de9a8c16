import ChainAdapter
import Hashing
import Messages
import Synchronization

/// Every block whose fate is open, with what is known of it.
final class Watchlist: Sendable {
    /// Blocks at once: at one a second with maturity at 100, forty times as many as there can be.
    static let countMax = 4_096

    struct Entry: Sendable {
        let candidate: Candidate
        var fate: CandidateFate
        /// When the nodes were last asked about it, Unix time; 0 before the first time.
        var seenAtMs: UInt64 = 0
        /// Whether its bytes are on disk.
        var isSaved: Bool
        /// Whether an earlier run found it: the ledger knows more of it than is known here before a first look.
        let isResumed: Bool
        /// What the ledger has taken last, what it holds since, and since when, by a clock that never goes back.
        var acknowledged: (report: BlockReport, stage: BlockStage, atMs: UInt64)?

        var report: BlockReport {
            candidate.report(
                state: fate.state,
                confirmations: fate.confirmations,
                reason: fate.reason,
                seenAtMs: seenAtMs
            )
        }

        /// Whether the ledger should be told.
        ///
        /// Every change, but mere depth that moves no money only when the last word is `pause` old: a hundred blocks
        /// that follow each other would else be told of a hundred times each.
        func isNews(atMs now: UInt64, pause: UInt64) -> Bool {
            guard fate.isSighted || !isResumed else { return false }
            guard let (report, stage, toldAtMs) = acknowledged else { return true }
            guard !report.says(self.report) else { return false }
            let isDue = now >= toldAtMs + pause
            switch stage {
            case .immature: return isDue || isNewState
            case .confirmed: return isDue || isNewState || fate.isSettled(stage: stage)
            case .unspecified, .candidate, .orphaned, .rejected: return true
            }
        }

        var isNewState: Bool { acknowledged?.report.state != fate.state }
    }

    private let entries = Mutex<[Hash256: Entry]>([:])

    subscript(hash: Hash256) -> Entry? { entries.withLock { $0[hash] } }

    /// In no order.
    var all: [Entry] { entries.withLock { Array($0.values) } }

    /// Lowest block first.
    func ordered(where isWanted: (Entry) -> Bool) -> [Entry] {
        all.filter(isWanted).sorted {
            ($0.candidate.height, $0.candidate.hash.words.0) < ($1.candidate.height, $1.candidate.hash.words.0)
        }
    }

    var isFull: Bool { entries.withLock { $0.count >= Self.countMax } }

    /// Begins to watch; of one that is watched already, only whether it is on disk may change.
    func insert(_ candidate: Candidate, _ fate: CandidateFate, isSaved: Bool, isResumed: Bool = false) {
        entries.withLock { entries in
            var entry =
                entries[candidate.hash]
                ?? Entry(candidate: candidate, fate: fate, isSaved: isSaved, isResumed: isResumed)
            entry.isSaved = entry.isSaved || isSaved
            entries[candidate.hash] = entry
        }
    }

    /// Changes a block's fate by what nodes said at `seenAtMs`.
    ///
    /// - Returns: The block's new report when its state changed.
    func update(_ hash: Hash256, seenAtMs: UInt64, _ change: (inout CandidateFate) -> Void) -> BlockReport? {
        entries.withLock { entries in
            guard var entry = entries[hash] else { return nil }
            let before = entry.fate.state
            change(&entry.fate)
            entry.seenAtMs = max(entry.seenAtMs, seenAtMs)
            entries[hash] = entry
            return entry.fate.state == before ? nil : entry.report
        }
    }

    /// What the ledger does not know yet: changes of state first, then mere progress; lowest block first.
    ///
    /// Progress that moves no money only when the last word of the block is `pause` milliseconds old.
    func unreported(atMs now: UInt64, pause: UInt64) -> [BlockReport] {
        let news = ordered { $0.isNews(atMs: now, pause: pause) }
        return (news.filter { $0.isNewState } + news.filter { !$0.isNewState }).map(\.report)
    }

    /// Until it answers, nobody knows what the ledger holds: a call without an answer may have been carried out, so that also what
    /// it had acknowledged before must be told again.
    func beginTelling(_ report: BlockReport) {
        guard let hash = Hash256(report.hash) else { return }
        entries.withLock { $0[hash]?.acknowledged = nil }
    }

    func acknowledge(_ report: BlockReport, _ stage: BlockStage, atMs now: UInt64) {
        guard let hash = Hash256(report.hash) else { return }
        entries.withLock { $0[hash]?.acknowledged = (report, stage, now) }
    }

    /// Those that nothing is left to be done for, with the ledger knowing their end.
    var settled: [Hash256] {
        ordered { entry in
            guard let (report, stage, _) = entry.acknowledged, report.says(entry.report) else { return false }
            return entry.fate.isSettled(stage: stage)
        }.map(\.candidate.hash)
    }

    func remove(_ hash: Hash256) {
        entries.withLock { $0[hash] = nil }
    }
}

extension BlockReport {
    /// Whether both tell the same of the block, whenever they saw it.
    fileprivate func says(_ other: BlockReport) -> Bool {
        var other = other
        other.seenAtMs = seenAtMs
        return self == other
    }
}
