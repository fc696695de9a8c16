internal import BlockFormat
internal import Hashing
internal import Messages
internal import MiningDomain

/// One request's session shares on their way to their verdicts; no input or output.
struct SessionDocket {
    /// One share whose header could be built.
    private struct Item {
        let share: Int
        let lease: CheckedSessionLease
        let job: JudgedJob
        let isStale: Bool
        let header: [UInt8]
        /// SHA-256 twice of the header: names the share, and the block if it is one.
        let key: Hash256
        /// For `sha256d` the same; for others known after `take`.
        var proofHash: Hash256
    }

    private let columns: SessionColumns
    private var items: [Item] = []
    /// Of each share, in their order.
    private(set) var statuses: [ShareStatus]
    /// Which items were accepted, and wait for the ledger.
    private var acceptedItems: [Int] = []
    /// Which items solved a block.
    private var solvedItems: [Int] = []

    /// Builds every header; a share whose job is gone is stale, and can be no block any more.
    init(_ columns: SessionColumns, leases: [CheckedSessionLease?], jobs: [UInt64: JobBook.Entry]) {
        self.columns = columns
        let request = columns.request
        statuses = []
        statuses.reserveCapacity(columns.count)
        items.reserveCapacity(columns.count)
        for share in 0..<columns.count {
            guard let lease = leases[Int(request.leasePlaces[share])] else {
                statuses.append(.unauthorized)
                continue
            }
            statuses.append(columns.presumed(share) ?? .stale)
            guard case .known(let job, let isStale)? = jobs[request.jobIDs[share]] else { continue }
            let header = job.recipe.header(
                version: request.versions[share],
                merkleRoot: job.recipe.merkleRoot(
                    extranonce1: lease.extranonce1,
                    extranonce2: request.extranonce2s[share]
                ),
                time: request.times[share],
                nonce: request.nonces[share]
            )
            let key = Hash256.sha256d(of: header)
            items.append(
                Item(
                    share: share,
                    lease: lease,
                    job: job,
                    isStale: isStale,
                    header: header,
                    key: key,
                    proofHash: key
                )
            )
        }
    }

    /// The headers still to hash, for each algorithm in the order that `take` expects the hashes in.
    func headers() -> [(ProofAlgorithm, [[UInt8]])] {
        ProofAlgorithm.allCases.filter { $0 != .sha256d }.compactMap { algorithm in
            let headers = items.lazy.filter { $0.job.algorithm == algorithm }.map(\.header)
            return headers.isEmpty ? nil : (algorithm, Array(headers))
        }
    }

    mutating func take(_ hashes: [Hash256], of algorithm: ProofAlgorithm) {
        var next = hashes.makeIterator()
        for index in items.indices where items[index].job.algorithm == algorithm {
            guard let hash = next.next() else { preconditionFailure("a hash for every header") }
            items[index].proofHash = hash
        }
    }

    /// - Parameters:
    ///   - nowMs: Unix time.
    ///   - remembered: The submission that brought a header hash for a job before this request.
    mutating func judge(nowMs: UInt64, remembered: (Hash256, UInt64) -> UInt64?) {
        var broughtHere: [Hash256: UInt64] = [:]
        let request = columns.request
        for (index, item) in items.enumerated() {
            if item.job.networkTarget.isMet(by: item.proofHash) { solvedItems.append(index) }
            let share = SessionRule.Case(
                submissionID: request.submissionIDs[item.share],
                presumed: columns.presumed(item.share),
                proofHash: item.proofHash,
                shareTarget: columns.targets[Int(request.targetPlaces[item.share])],
                leaseExpiresAtMs: item.lease.expiresAtMs,
                time: request.times[item.share],
                times: item.job.times(nowMs: nowMs),
                isStale: item.isStale,
                nowMs: nowMs
            )
            let status = SessionRule.status(of: share) { broughtHere[item.key] ?? remembered(item.key, item.job.id) }
            statuses[item.share] = status
            guard status == .accepted else { continue }
            broughtHere[item.key] = share.submissionID
            acceptedItems.append(index)
        }
    }

    /// Places of the shares that solved a block.
    var blockPlaces: [UInt32] { solvedItems.map { UInt32(items[$0].share) } }

    /// The blocks that were solved, by their hash.
    func candidates(nowMs: UInt64) -> [Hash256: BlockCandidate] {
        var candidates: [Hash256: BlockCandidate] = [:]
        for item in solvedItems.lazy.map({ items[$0] }) where candidates[item.key] == nil {
            candidates[item.key] = BlockCandidate(
                jobID: item.job.id,
                header: item.header,
                coinbase: item.job.recipe.coinbase(
                    extranonce1: item.lease.extranonce1,
                    extranonce2: columns.request.extranonce2s[item.share]
                ),
                finder: columns.client(item.share),
                foundAtMs: nowMs
            )
        }
        return candidates
    }

    /// What the ledger is to record, in the order in which `settle` counts.
    func accepted(nowMs: UInt64) -> ShareColumns {
        let request = columns.request
        let works = columns.targets.map { UInt64(clamping: $0.work.hashes) }
        var shares = ShareColumns()
        shares.reserveCapacity(acceptedItems.count)
        // Only clients that something is credited to.
        var places = [UInt32?](repeating: nil, count: request.clients.count)
        for index in acceptedItems {
            let item = items[index]
            let client = Int(request.clientPlaces[item.share]) - 1
            let place = places[client] ?? shares.append(client: request.clients[client])
            places[client] = place
            shares.append(
                proofHash: item.key,
                jobID: item.job.id,
                submissionID: request.submissionIDs[item.share],
                work: works[Int(request.targetPlaces[item.share])],
                judgedAtMs: nowMs,
                clientPlace: place
            )
        }
        return shares
    }

    /// The ledger decides who was first: not those at `duplicates`.
    mutating func settle(duplicates: [Int]) {
        for place in duplicates { statuses[items[acceptedItems[place]].share] = .duplicate }
    }

    /// Shares that count for nothing, by client, for the ledger's statistics.
    func refused() -> [RefusedShares] {
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
