internal import BlockFormat
internal import Hashing
internal import Messages
internal import MiningDomain

/// One request's session shares on their way to their verdicts; no input or output.
///
/// Shares are kept as columns, those of one job together: nothing is allocated for one of them.
struct SessionDocket {
    /// The shares of one job, whose headers could be built.
    struct Group {
        let job: JudgedJob
        let isStale: Bool
        /// Places of the shares.
        fileprivate(set) var shares: [Int] = []
        fileprivate(set) var headers = HashedHeaders.none
        /// By the job's algorithm; for SHA-256d those of `headers`.
        fileprivate(set) var proofHashes: [Hash256] = []
    }

    private let columns: SessionColumns
    private let leases: [CheckedSessionLease?]
    private(set) var groups: [Group] = []
    /// Of each share, in their order.
    private(set) var statuses: [ShareStatus]
    /// Groups, and places in them, of the shares that were accepted and wait for the ledger.
    private var accepted: [(group: Int, item: Int)] = []
    /// The same of shares that solved a block.
    private var solved: [(group: Int, item: Int)] = []

    /// Builds every header; a share whose job is gone is stale, and can be no block any more.
    init(_ columns: SessionColumns, leases: [CheckedSessionLease?], jobs: [UInt64: JobBook.Entry]) {
        self.columns = columns
        self.leases = leases
        statuses = []
        sort(jobs)
        for index in groups.indices { build(index) }
    }

    private mutating func sort(_ jobs: [UInt64: JobBook.Entry]) {
        let request = columns.request
        var places: [UInt64: Int] = [:]
        for (id, entry) in jobs.sorted(by: { $0.key < $1.key }) {
            guard case .known(let job, let isStale) = entry else { continue }
            places[id] = groups.count
            groups.append(Group(job: job, isStale: isStale))
        }
        var last: (job: UInt64, group: Int?) = (0, nil)
        statuses.reserveCapacity(columns.count)
        for share in 0..<columns.count {
            guard leases[Int(request.leasePlaces[share])] != nil else {
                statuses.append(.unauthorized)
                continue
            }
            statuses.append(columns.presumed(share) ?? .stale)
            let job = request.jobIDs[share]
            if job != last.job { last = (job, places[job]) }
            if let group = last.group { groups[group].shares.append(share) }
        }
    }

    private mutating func build(_ index: Int) {
        let request = columns.request
        let shares = groups[index].shares
        var chosen = HeaderColumns(capacity: shares.count)
        for share in shares {
            chosen.append(
                extranonce1: leases[Int(request.leasePlaces[share])]?.extranonce1 ?? 0,
                extranonce2: request.extranonce2s[share],
                version: request.versions[share],
                time: request.times[share],
                nonce: request.nonces[share]
            )
        }
        groups[index].headers = groups[index].job.recipe.kernel.headers(chosen)
        groups[index].proofHashes = groups[index].headers.hashes
    }

    /// The hashes by which a group's job is proven, where that is not SHA-256d.
    mutating func take(_ hashes: [Hash256], of group: Int) {
        precondition(hashes.count == groups[group].shares.count, "a hash for every header")
        groups[group].proofHashes = hashes
    }

    /// - Parameters:
    ///   - nowMs: Unix time.
    ///   - remembered: The submissions that brought header hashes for a job before this request.
    mutating func judge(nowMs: UInt64, remembered: ([Hash256], UInt64) -> [UInt64?]) {
        accepted.reserveCapacity(columns.count)
        for index in groups.indices {
            judge(index, nowMs: nowMs, remembered(groups[index].headers.hashes, groups[index].job.id))
        }
    }

    private mutating func judge(_ index: Int, nowMs: UInt64, _ remembered: [UInt64?]) {
        let group = groups[index]
        let request = columns.request
        let times = group.job.times(nowMs: nowMs)
        let networkTarget = group.job.networkTarget
        var broughtHere: [Hash256: UInt64] = [:]
        broughtHere.reserveCapacity(group.shares.count)
        for (item, share) in group.shares.enumerated() {
            let key = group.headers.hashes[item]
            if networkTarget.isMet(by: group.proofHashes[item]) { solved.append((index, item)) }
            let judged = SessionRule.Case(
                submissionID: request.submissionIDs[share],
                presumed: columns.presumed(share),
                proofHash: group.proofHashes[item],
                shareTarget: columns.targets[Int(request.targetPlaces[share])],
                leaseExpiresAtMs: leases[Int(request.leasePlaces[share])]?.expiresAtMs ?? 0,
                time: request.times[share],
                times: times,
                isStale: group.isStale,
                nowMs: nowMs
            )
            let status = SessionRule.status(of: judged) { broughtHere[key] ?? remembered[item] }
            statuses[share] = status
            guard status == .accepted else { continue }
            broughtHere[key] = judged.submissionID
            accepted.append((index, item))
        }
    }

    /// Places of the shares that solved a block, in rising order.
    var blockPlaces: [UInt32] { solved.map { UInt32(groups[$0.group].shares[$0.item]) }.sorted() }

    /// The blocks that were solved, by their hash.
    func candidates(nowMs: UInt64) -> [Hash256: BlockCandidate] {
        var candidates: [Hash256: BlockCandidate] = [:]
        for (index, item) in solved {
            let (group, share) = (groups[index], groups[index].shares[item])
            guard candidates[group.headers.hashes[item]] == nil, let lease = lease(of: share) else { continue }
            candidates[group.headers.hashes[item]] = BlockCandidate(
                jobID: group.job.id,
                header: group.headers.header(item),
                coinbase: group.job.recipe.coinbase(
                    extranonce1: lease.extranonce1,
                    extranonce2: columns.request.extranonce2s[share]
                ),
                finder: columns.client(share),
                foundAtMs: nowMs
            )
        }
        return candidates
    }

    private func lease(of share: Int) -> CheckedSessionLease? {
        leases[Int(columns.request.leasePlaces[share])]
    }

    /// What the ledger is to record, in the order in which `settle` counts.
    func accepted(nowMs: UInt64) -> ShareColumns {
        let request = columns.request
        let works = columns.targets.map { UInt64(clamping: $0.work.hashes) }
        var shares = ShareColumns()
        shares.reserveCapacity(accepted.count)
        // Only clients that something is credited to.
        var places = [UInt32?](repeating: nil, count: request.clients.count)
        for (group, item) in accepted {
            let share = groups[group].shares[item]
            let client = Int(request.clientPlaces[share]) - 1
            let place = places[client] ?? shares.append(client: request.clients[client])
            places[client] = place
            shares.append(
                proofHash: groups[group].headers.hashes[item],
                jobID: groups[group].job.id,
                submissionID: request.submissionIDs[share],
                work: works[Int(request.targetPlaces[share])],
                judgedAtMs: nowMs,
                headerTime: request.times[share],
                clientPlace: place
            )
        }
        return shares
    }

    /// The ledger decides who was first: not those at `duplicates`.
    mutating func settle(duplicates: [Int]) {
        for place in duplicates {
            let (group, item) = accepted[place]
            statuses[groups[group].shares[item]] = .duplicate
        }
    }

    /// Shares that count for nothing, by client, for the ledger's statistics.
    func refused() -> [RefusedShares] {
        guard accepted.count < statuses.count else { return [] }
        var counts: [UInt32: (stale: UInt32, other: UInt32)] = [:]
        for (share, status) in statuses.enumerated() where status != .accepted {
            let place = columns.request.clientPlaces[share]
            if status == .stale {
                counts[place, default: (0, 0)].stale += 1
            } else {
                counts[place, default: (0, 0)].other += 1
            }
        }
        counts[0] = nil
        return counts.map { place, count in
            RefusedShares(client: columns.request.clients[Int(place) - 1], stale: count.stale, other: count.other)
        }
    }
}
