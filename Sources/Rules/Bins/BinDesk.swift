package import MiningDomain

/// Gives bins to clients: all the decisions, and no input or output.
///
/// Live bins never share a position, a time and a job. What a client leaves behind is given to another, under a later time.
/// A client has at most two bins: one to work on, and one for afterwards.
package struct BinDesk: Sendable {
    package enum Answer: Hashable, Sendable {
        case leased(BinLease)
        /// There is no job yet.
        case noJob
        /// More clients than are remembered at once.
        case tooManyClients
        /// The space under every extranonce1 is used up: call `extend`, and ask again.
        case exhausted
    }

    package enum ReportAnswer: Hashable, Sendable {
        case noted
        /// The client will want this bin before its next request would arrive.
        case offer(BinLease)
        /// As in `Answer`; the report itself was noted.
        case exhausted
    }

    package let rules: BinRules
    private(set) var book: LeaseBook
    var clients: [BinClient: ClientBins] = [:]
    private var newcomers = Newcomers()
    private var sweptAtMs: UInt64 = 0
    private let openedAtMs: UInt64

    /// - Parameters:
    ///   - rules: What the operator decided.
    ///   - extranonce1: Never used before, by any replica, before or after a restart.
    ///   - nowMs: Unix time in milliseconds.
    package init(rules: BinRules, extranonce1: UInt32, nowMs: UInt64) {
        self.rules = rules
        book = LeaseBook(rules: rules, extranonce1: extranonce1)
        openedAtMs = nowMs
    }

    /// Bins are cut from this job from now on.
    package mutating func open(_ job: BinJob, isClean: Bool) {
        book.open(job, isClean: isClean)
    }

    /// Bins of this job, from before a restart, are still good.
    package mutating func recall(_ job: JobID) {
        book.recall(job)
    }

    /// Bins of this job are of no use any more.
    package mutating func retire(_ job: JobID) {
        book.retire(job)
    }

    /// No job is the current one, and bins of none are of use.
    package mutating func withdraw() {
        book.withdraw()
    }

    /// Goes on under another extranonce1, one that was never used before.
    package mutating func extend(extranonce1: UInt32) {
        book.extend(extranonce1: extranonce1)
    }

    package var counts: BinCounts { book.counts }
    package var clientCount: Int { clients.count }

    /// A bin for a client that asks for one.
    ///
    /// - Parameters:
    ///   - client: Who asks.
    ///   - hint: The client's own idea of its speed, hashes per second; 0 for none.
    ///   - nowMs: Unix time in milliseconds.
    /// - Returns: A bin, or why there is none.
    package mutating func lease(_ client: BinClient, hint: UInt64, nowMs: UInt64) -> Answer {
        guard book.hasJob else { return .noJob }
        guard var bins = remembered(client, nowMs: nowMs) else { return .tooManyClients }
        defer { clients[client] = bins }
        settle(&bins, nowMs: nowMs)
        if let next = bins.next, nowMs >= next.halfwayMs { begin(next, &bins, nowMs: nowMs) }
        if !bins.saysDone { bins.finishActive(nowMs: nowMs, targetMs: rules.targetMs) }
        if let next = bins.next {
            // Offered before, and not begun: the same again.
            if bins.active == nil { begin(next.started(atMs: nowMs), &bins, nowMs: nowMs) }
            return .leased(next.lease)
        }
        guard let lease = book.lease(client, &bins, hint: hint, nowMs: nowMs) else { return .exhausted }
        if let active = bins.active {
            let start = max(nowMs, active.startedAtMs + (active.lease.expectedMs ?? 0))
            bins.next = ClientBins.Held(lease, startedAtMs: start)
        } else {
            bins.active = ClientBins.Held(lease, startedAtMs: nowMs)
        }
        return .leased(lease)
    }

    /// What a client tells of a bin, which the caller knows to be genuine.
    ///
    /// - Parameters:
    ///   - report: What was found, and whether the end was reached.
    ///   - lease: The bin that it is about.
    ///   - workPerHit: Expected hashes for each of the hits.
    ///   - nowMs: Unix time in milliseconds.
    /// - Returns: Whether the client should have another bin now.
    package mutating func report(
        _ report: BinReport,
        of lease: BinLease,
        workPerHit: UInt64,
        nowMs: UInt64
    ) -> ReportAnswer {
        guard var bins = remembered(lease.client, nowMs: nowMs) else { return .noted }
        defer { clients[lease.client] = bins }
        adoptFromBeforeRestart(lease, &bins, nowMs: nowMs)
        if let next = bins.next, next.lease.id == lease.id { begin(next, &bins, nowMs: nowMs) }
        bins.proofs.prove(report.hits, work: workPerHit, nowMs: nowMs)
        if report.isDone { bins.saysDone = true }
        if bins.active?.lease.id == lease.id {
            if report.isDone {
                bins.finishActive(nowMs: nowMs, targetMs: rules.targetMs)
                book.counts.completed += 1
            } else if report.hits > 0, (lease.slice.start...lease.slice.last).contains(report.furthest) {
                let count = report.furthest - lease.slice.start + 1
                bins.advance(to: count, nowMs: nowMs, targetMs: rules.targetMs)
            }
        }
        settle(&bins, nowMs: nowMs)
        return book.hasJob && wantsNext(bins, nowMs: nowMs) ? offer(lease.client, &bins, nowMs: nowMs) : .noted
    }

    /// Takes back what has expired, and forgets clients that are gone.
    package mutating func sweep(nowMs: UInt64) {
        sweptAtMs = nowMs
        // Most clients are busy: those are only looked at.
        for client in clients.filter({ needsSweep($1, nowMs: nowMs) }).keys {
            guard var bins = clients[client] else { continue }
            settle(&bins, nowMs: nowMs)
            clients[client] = isGone(bins, nowMs: nowMs) ? nil : bins
        }
        newcomers.keep(where: isNewcomer)
    }

    private func needsSweep(_ bins: ClientBins, nowMs: UInt64) -> Bool {
        for held in [bins.active, bins.next] {
            if let held, !book.isLive(held.lease, nowMs: nowMs) { return true }
        }
        return isGone(bins, nowMs: nowMs)
    }

    private func isNewcomer(_ client: BinClient) -> Bool {
        clients[client]?.proofs.isProven == false
    }

    private func isGone(_ bins: ClientBins, nowMs: UInt64) -> Bool {
        bins.active == nil && bins.next == nil && bins.seenAtMs + rules.clientIdleMs <= nowMs
    }
}

extension BinDesk {
    /// A full table is swept no more often than this, in milliseconds.
    private static let sweepIntervalMs: UInt64 = 1_000

    /// - Returns: `nil` when the client is new and all the others have shown work.
    private mutating func remembered(_ client: BinClient, nowMs: UInt64) -> ClientBins? {
        if var known = clients[client] {
            known.seenAtMs = max(known.seenAtMs, nowMs)
            return known
        }
        if clients.count >= rules.clientCountMax, nowMs >= sweptAtMs + Self.sweepIntervalMs { sweep(nowMs: nowMs) }
        if clients.count >= rules.clientCountMax {
            // Its bins stay leased and good; they are only not given to another once they expire.
            guard let oldest = newcomers.popOldest(where: isNewcomer) else { return nil }
            clients[oldest] = nil
        }
        newcomers.add(client)
        return ClientBins(nowMs: nowMs)
    }

    /// Drops bins that have expired, or whose job cannot become a block any more.
    private mutating func settle(_ bins: inout ClientBins, nowMs: UInt64) {
        if let active = bins.active, !book.isLive(active.lease, nowMs: nowMs) { abandonActive(&bins, nowMs: nowMs) }
        if let next = bins.next, !book.isLive(next.lease, nowMs: nowMs) {
            book.giveBack(next.lease, nowMs: nowMs)
            bins.next = nil
        }
    }

    /// The client works on its next bin now, so that it is through with its last one, or has left it.
    private mutating func begin(_ next: ClientBins.Held, _ bins: inout ClientBins, nowMs: UInt64) {
        if bins.saysDone {
            abandonActive(&bins, nowMs: nowMs)
        } else {
            bins.finishActive(nowMs: min(nowMs, next.startedAtMs), targetMs: rules.targetMs)
        }
        bins.active = next.startedAtMs <= nowMs ? next : next.startedUnseen(beforeMs: nowMs)
        bins.next = nil
    }

    private mutating func abandonActive(_ bins: inout ClientBins, nowMs: UInt64) {
        guard let active = bins.active else { return }
        book.giveBack(active.lease, nowMs: nowMs)
        bins.dropActive(nowMs: nowMs, targetMs: rules.targetMs)
    }

    /// A bin from before a restart tells as much of its client's speed as any other.
    private func adoptFromBeforeRestart(_ lease: BinLease, _ bins: inout ClientBins, nowMs: UInt64) {
        guard lease.issuedAtMs < openedAtMs, bins.active == nil, bins.next == nil, bins.speed.hashrate == nil,
            book.isLive(lease, nowMs: nowMs)
        else { return }
        bins.active = ClientBins.Held(lease, startedAtMs: lease.issuedAtMs)
        bins.wantedSize = lease.slice.count
        bins.lastSize = lease.slice.count
    }

    /// Whether the client will need another bin before it could ask for one.
    private func wantsNext(_ bins: ClientBins, nowMs: UInt64) -> Bool {
        guard let active = bins.active else { return true }
        guard let hashrate = bins.speed.hashrate else { return false }
        let left = active.lease.slice.count - active.accounted
        let leftMs = UInt128(left) * 1_000 / UInt128(hashrate)
        return UInt128(active.accountedAtMs) + leftMs <= UInt128(nowMs + rules.offerAheadMs)
    }

    private mutating func offer(_ client: BinClient, _ bins: inout ClientBins, nowMs: UInt64) -> ReportAnswer {
        if let next = bins.next { return .offer(next.lease) }
        guard let lease = book.lease(client, &bins, hint: 0, nowMs: nowMs) else { return .exhausted }
        let start = bins.active == nil ? nowMs : nowMs + rules.offerAheadMs
        bins.next = ClientBins.Held(lease, startedAtMs: start)
        return .offer(lease)
    }
}
