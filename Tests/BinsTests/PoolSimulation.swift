import Bins
import MiningDomain
import TestSupport

/// Clients of known speed against a desk, on a clock of its own.
struct PoolSimulation {
    /// How a client talks.
    enum Manner: CaseIterable {
        /// Only ever asks for bins.
        case asksOnly
        /// Says when it is done, and takes the bin that comes with the answer.
        case takesOffers
        /// Asks for the next one at nine tenths of the current one, and says when it is done.
        case asksAhead
    }

    struct Client {
        let id: BinClient
        /// Hashes per second.
        let hashrate: UInt64
        let manner: Manner
        var bins: [BinLease] = []
        var queue: [BinLease] = []
        var requests = 0
        var durationsMs: [UInt64] = []
        /// When its current bin ends, and whether it has asked ahead.
        var endsAtMs: UInt64 = 0
        var asksAtMs: UInt64?
    }

    var desk: BinDesk
    var clients: [Client]
    var generator: SeededGenerator
    var nowMs: UInt64 = 0
    /// Between a client's request and its next hash, in milliseconds.
    let roundTripMs: UInt64
    /// Speeds vary by up to this part in a hundred.
    let noisePercent: UInt64
    private(set) var live: [UInt64: BinLease] = [:]
    private(set) var overlaps = 0
    private var seen: [BinLease] = []

    init(hashrates: [UInt64], seed: UInt64, roundTripMs: UInt64 = 20, noisePercent: UInt64 = 20, manner: Manner? = nil)
    {
        desk = BinDesk(rules: BinRules(), extranonce1: 1, nowMs: 0)
        generator = SeededGenerator(seed: seed)
        self.roundTripMs = roundTripMs
        self.noisePercent = noisePercent
        clients = hashrates.enumerated().map { index, hashrate in
            Client(
                id: BinClient(id: UInt128(index), address: "a\(index)", worker: "w"),
                hashrate: hashrate,
                manner: manner ?? Manner.allCases[index % Manner.allCases.count]
            )
        }
    }

    /// Runs until `untilMs`; a new job comes every `jobMs`, on a new tip every `tipMs`.
    mutating func run(untilMs: UInt64, jobMs: UInt64 = 30_000, tipMs: UInt64 = 600_000) {
        var jobAtMs: UInt64 = 0
        var jobNumber: UInt64 = 0
        for index in clients.indices { clients[index].endsAtMs = nowMs + UInt64(index) }
        while nowMs < untilMs {
            let next = clients.indices.min { wakesAtMs($0) < wakesAtMs($1) } ?? 0
            if jobAtMs <= wakesAtMs(next) {
                nowMs = max(nowMs, jobAtMs)
                jobNumber += 1
                openJob(jobNumber, isClean: nowMs.isMultiple(of: tipMs))
                jobAtMs += jobMs
            } else {
                nowMs = max(nowMs, wakesAtMs(next))
                step(next)
            }
            desk.sweep(nowMs: nowMs)
        }
    }

    private func wakesAtMs(_ index: Int) -> UInt64 {
        min(clients[index].endsAtMs, clients[index].asksAtMs ?? .max)
    }

    private mutating func openJob(_ number: UInt64, isClean: Bool) {
        guard let id = JobID(number) else { return }
        let job = BinJob(
            id: id,
            currentTime: UInt32(1_000_000 + nowMs / 1_000),
            minimumTime: 0,
            createdAtMs: nowMs
        )
        desk.open(job, isClean: isClean)
        guard isClean else { return }
        live.removeAll()
        for index in clients.indices where !clients[index].bins.isEmpty {
            // It hears of the new tip and stops at once.
            clients[index].queue.removeAll()
            clients[index].bins.removeLast()
            clients[index].asksAtMs = nil
            clients[index].endsAtMs = nowMs + roundTripMs
        }
    }

    private mutating func step(_ index: Int) {
        if let asksAtMs = clients[index].asksAtMs, asksAtMs <= nowMs, asksAtMs < clients[index].endsAtMs {
            clients[index].asksAtMs = nil
            if let lease = ask(index), lease != clients[index].bins.last { clients[index].queue.append(lease) }
            return
        }
        if let finished = clients[index].bins.last, clients[index].durationsMs.count < clients[index].bins.count {
            clients[index].durationsMs.append(nowMs - startedAtMs[index, default: nowMs])
            live[finished.id] = nil
            if clients[index].manner != .asksOnly {
                clients[index].requests += clients[index].queue.isEmpty ? 1 : 0  // else it needs no answer
                let report = BinReport(isDone: true, hits: 0, furthest: 0)
                let answer = desk.report(report, of: finished, workPerHit: 1 << 60, nowMs: nowMs)
                if case .offer(let lease) = answer, clients[index].queue.isEmpty {
                    clients[index].queue.append(lease)
                    note(lease)
                }
            }
        }
        if clients[index].queue.isEmpty, let lease = ask(index) { clients[index].queue.append(lease) }
        guard !clients[index].queue.isEmpty else { return clients[index].endsAtMs += 1_000 }
        begin(clients[index].queue.removeFirst(), index)
    }

    private var startedAtMs: [Int: UInt64] = [:]

    private mutating func begin(_ lease: BinLease, _ index: Int) {
        let factor = UInt64.random(in: (100 - noisePercent)...(100 + noisePercent), using: &generator)
        let hashrate = max(1, clients[index].hashrate * factor / 100)
        let durationMs = UInt64(UInt128(lease.slice.count) * 1_000 / UInt128(hashrate))
        let waitMs = clients[index].manner == .asksAhead ? 0 : roundTripMs
        // Nobody works on what has expired.
        let endsAtMs = min(nowMs + waitMs + durationMs, lease.expiresAtMs)
        startedAtMs[index] = nowMs
        clients[index].bins.append(lease)
        clients[index].endsAtMs = endsAtMs
        clients[index].asksAtMs = clients[index].manner == .asksAhead ? nowMs + (endsAtMs - nowMs) * 9 / 10 : nil
    }

    private mutating func ask(_ index: Int) -> BinLease? {
        clients[index].requests += 1
        switch desk.lease(clients[index].id, hint: 0, nowMs: nowMs) {
        case .leased(let lease):
            note(lease)
            return lease
        case .noJob, .tooManyClients, .exhausted: return nil
        }
    }

    /// Counts positions that are under two live leases, or were ever searched at the same time for the same job.
    private mutating func note(_ lease: BinLease) {
        guard live[lease.id] != lease else { return }
        for other in seen.suffix(400)
        where other.id != lease.id && other.job == lease.job && other.time == lease.time
            && other.slice.overlaps(lease.slice)
        {
            overlaps += 1
        }
        for other in live.values
        where other.id != lease.id && other.job == lease.job && other.expiresAtMs > nowMs
            && other.client != lease.client && other.slice.overlaps(lease.slice)
        {
            overlaps += 1
        }
        live[lease.id] = lease
        seen.append(lease)
    }
}
