import ChainAdapter
import Messages

/// What has become of one solved block, from what nodes said to it and what stands on the best chain.
///
/// A pure value. Only the chain decides: answers to a submission tell at most why a block never got there. Its times are of a
/// clock that never goes back.
struct CandidateFate: Hashable, Sendable {
    /// What stands at the block's height on the best chain.
    enum Sighting: Hashable, Sendable {
        /// The block itself, counted among its confirmations.
        case itself(confirmations: UInt32)
        /// Another block, counted likewise.
        case other(confirmations: UInt32)
        /// Nothing yet: the chain is not that long.
        case nothing
    }

    /// Rounds in which every node that answered refused the block, after which it counts as rejected.
    static let rejectionCountMin: UInt32 = 3
    /// Confirmations of another block in its place after which a block that is not on the chain is offered no more.
    static let rivalConfirmationCountMax: UInt32 = 10
    /// How many times as deep as a confirmed block it, or another one in its place, lies when nobody watches any more.
    ///
    /// Until then a reorganisation takes back what was confirmed, and another one gives it again.
    static let settledDepthFactor: UInt32 = 2
    /// Waits between offers: this, twice this, … up to `offerDelayMsMax`, or `rivalOfferDelayMsMax` where another block stands in
    /// its place.
    static let offerDelayMsMin: UInt64 = 1_000
    static let offerDelayMsMax: UInt64 = 60_000
    static let rivalOfferDelayMsMax: UInt64 = 3_600_000
    /// Refusals that may end by themselves: the node has not caught up, or its clock is behind.
    private static let passingReasons: Set<String> = ["prev-blk-not-found", "bad-prevblk", "time-too-new"]

    /// Confirmations that make it confirmed.
    let confirmationCount: UInt32
    private(set) var sighting = Sighting.nothing
    /// Whether the chain was looked at since it arrived.
    private(set) var isSighted = false
    /// Why the nodes refuse it; empty unless they do.
    private(set) var reason = ""
    /// Whether some node took it for a good block, or it has stood on the best chain.
    private var isKnownGood = false
    private var rejectionCount: UInt32 = 0
    private var offerCount: UInt32 = 0
    private var offeredAtMs: UInt64 = 0

    init(confirmationCount: UInt32) {
        precondition(confirmationCount > 0)
        self.confirmationCount = confirmationCount
    }

    var state: BlockState {
        switch sighting {
        case .itself(let confirmations): confirmations >= confirmationCount ? .confirmed : .accepted
        case .other where isKnownGood: .orphaned
        case .other(let confirmations) where !isRejected && confirmations >= confirmationCount: .orphaned
        case .other, .nothing: isRejected ? .rejected : .submitted
        }
    }

    /// The block itself counted; 0 when it is not on the best chain.
    var confirmations: UInt32 {
        switch sighting {
        case .itself(let confirmations): confirmations
        case .other, .nothing: 0
        }
    }

    mutating func saw(_ sighting: Sighting) {
        self.sighting = sighting
        isSighted = true
        guard case .itself = sighting else { return }
        isKnownGood = true
        rejectionCount = 0
        reason = ""
    }

    /// The chain has grown by `count` blocks beyond an end that still stands: what was seen below that end is there, deeper.
    mutating func sank(by count: UInt32) {
        switch sighting {
        case .itself(let confirmations): sighting = .itself(confirmations: confirmations.adding(count))
        case .other(let confirmations): sighting = .other(confirmations: confirmations.adding(count))
        case .nothing: break
        }
    }

    /// Takes down what the nodes answered to one offer; none of them, when no node could be reached.
    mutating func offered(_ answers: [SubmitAnswer], atMs now: UInt64) {
        offerCount = offerCount.adding(1)
        offeredAtMs = now
        let reasons = answers.compactMap { answer -> String? in
            guard case .rejected(let reason) = answer else { return nil }
            return reason
        }
        if reasons.count < answers.count {
            isKnownGood = true
            rejectionCount = 0
            reason = ""
        } else if let newest = reasons.first {
            rejectionCount = rejectionCount.adding(1)
            // A second look gives only «duplicate-invalid»: the first answer said why.
            if reason.isEmpty || newest != "duplicate-invalid" { reason = newest }
        }
    }

    /// Whether to offer it to the nodes (again) now.
    ///
    /// A block that lost its place is offered only as long as no node has it: one that has it takes it up by itself should
    /// others build on it.
    func wantsOffer(atMs now: UInt64) -> Bool {
        guard !isRejected else { return false }
        switch sighting {
        case .itself: return false
        case .other(let confirmations):
            return !isKnownGood && confirmations < Self.rivalConfirmationCountMax
                && now >= offeredAtMs + pause(atMost: Self.rivalOfferDelayMsMax)
        case .nothing: return now >= offeredAtMs + pause(atMost: Self.offerDelayMsMax)
        }
    }

    /// How long to wait after the last offer; 0 before the first.
    private func pause(atMost limit: UInt64) -> UInt64 {
        guard offerCount > 0 else { return 0 }
        return min(Self.offerDelayMsMin << UInt64(min(offerCount - 1, 32)), limit)
    }

    private var settledConfirmationCount: UInt32 {
        UInt32(clamping: UInt64(confirmationCount) * UInt64(Self.settledDepthFactor))
    }

    /// Whether nothing is left to be done, given what the ledger holds after the newest report.
    func isSettled(stage: BlockStage) -> Bool {
        switch (state, stage) {
        case (.confirmed, .confirmed): confirmations >= settledConfirmationCount
        case (.orphaned, .orphaned), (.orphaned, .rejected): rivalConfirmations >= settledConfirmationCount
        case (.rejected, .rejected), (.rejected, .orphaned): rivalConfirmations >= Self.rivalConfirmationCountMax
        case (.unspecified, _), (.submitted, _), (.accepted, _), (.rejected, _), (.orphaned, _), (.confirmed, _): false
        }
    }

    private var isRejected: Bool {
        guard !isKnownGood, rejectionCount >= Self.rejectionCountMin else { return false }
        return !Self.passingReasons.contains(reason) || rivalConfirmations >= Self.rivalConfirmationCountMax
    }

    private var rivalConfirmations: UInt32 {
        switch sighting {
        case .other(let confirmations): confirmations
        case .itself, .nothing: 0
        }
    }
}

extension UInt32 {
    /// The sum, or the most there can be: a count that is past every bound stays there.
    fileprivate func adding(_ other: UInt32) -> UInt32 {
        let (sum, isPast) = addingReportingOverflow(other)
        return isPast ? .max : sum
    }
}
