import BlockFormat
import Hashing

/// Decides which of a node's templates becomes a job.
///
/// Nodes may disagree, and a failover may lead to one that lags: jobs must not flap between their tips. Its times are
/// milliseconds of a clock that never goes back.
struct TipGuard: Sendable {
    enum Verdict: Hashable, Sendable {
        /// A new job; `isClean` when work on earlier ones cannot become a block any more.
        case take(isClean: Bool)
        /// The same work as before.
        case keep
        /// A tip that may be an old one.
        case doubt
    }

    /// Tips remembered that were left.
    private static let leftCountMax = 16
    /// How long a job outlives its tip while no node gives a template for the next one, in milliseconds.
    static let lostPatienceMs: UInt64 = 5_000

    let refreshMs: UInt64
    let refreshMinimumMs: UInt64
    let doubtMs: UInt64
    private(set) var current: (template: BlockTemplate, takenAtMs: UInt64)?
    /// The tip of the last job before a restart, or before it was withdrawn: work on it is not stale now.
    private var tipBefore: Hash256?
    private var left: [Hash256] = []
    /// Since when a doubtful tip is insisted on.
    private var doubt: (tip: Hash256, sinceMs: UInt64)?
    /// Since when the chain has another tip, for which no template can be had.
    private var lostSinceMs: UInt64?

    init(refreshMs: UInt64, refreshMinimumMs: UInt64, doubtMs: UInt64, tipBefore: Hash256? = nil) {
        self.tipBefore = tipBefore
        self.refreshMs = refreshMs
        self.refreshMinimumMs = refreshMinimumMs
        self.doubtMs = doubtMs
    }

    func verdict(on template: BlockTemplate, nowMs: UInt64) -> Verdict {
        guard let current else { return .take(isClean: template.previousHash != tipBefore) }
        if template.previousHash == current.template.previousHash {
            let ageMs = nowMs > current.takenAtMs ? nowMs - current.takenAtMs : 0
            let isBetter = ageMs >= refreshMinimumMs && isOtherWork(template, current.template)
            return isBetter || ageMs >= refreshMs ? .take(isClean: false) : .keep
        }
        let isDoubtful = template.height < current.template.height || left.contains(template.previousHash)
        guard isDoubtful else { return .take(isClean: true) }
        guard let doubt, doubt.tip == template.previousHash, nowMs >= doubt.sinceMs + doubtMs else { return .doubt }
        return .take(isClean: true)
    }

    /// A doubtful tip was seen.
    mutating func doubted(_ template: BlockTemplate, nowMs: UInt64) {
        if doubt?.tip != template.previousHash { doubt = (template.previousHash, nowMs) }
    }

    /// The template became the current job.
    mutating func took(_ template: BlockTemplate, nowMs: UInt64) {
        if let tip = current?.template.previousHash, tip != template.previousHash {
            left.removeAll { $0 == template.previousHash || $0 == tip }
            left.append(tip)
            if left.count > Self.leftCountMax { left.removeFirst() }
        }
        doubt = nil
        lostSinceMs = nil
        current = (template, nowMs)
    }

    /// The node's tip, for which it gave no template.
    ///
    /// - Returns: Whether that has lasted so long that work on the current job must end.
    mutating func missed(tip: Hash256, nowMs: UInt64) -> Bool {
        guard let current, tip != current.template.previousHash, !left.contains(tip) else {
            lostSinceMs = nil
            return false
        }
        let sinceMs = lostSinceMs ?? nowMs
        lostSinceMs = sinceMs
        return nowMs >= sinceMs + Self.lostPatienceMs
    }

    /// There is no job until the next template.
    mutating func withdraw() {
        tipBefore = current?.template.previousHash
        current = nil
        lostSinceMs = nil
    }

    /// Whether a template must be fetched: the tip is another, or the job is old.
    func wantsTemplate(tip: Hash256, nowMs: UInt64) -> Bool {
        guard let current else { return true }
        return tip != current.template.previousHash || nowMs >= current.takenAtMs + refreshMs
    }

    private func isOtherWork(_ one: BlockTemplate, _ other: BlockTemplate) -> Bool {
        one.coinbaseValue != other.coinbaseValue || one.bits != other.bits || one.version != other.version
            || one.transactions.count != other.transactions.count
            || one.defaultWitnessCommitment != other.defaultWitnessCommitment
            || one.extensionBlock != other.extensionBlock
    }
}
