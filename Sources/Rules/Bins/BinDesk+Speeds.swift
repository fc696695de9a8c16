extension BinDesk {
    /// What is known of one client.
    package struct ClientSpeed: Hashable, Sendable {
        /// Hashes per second: as measured, but no more than the client's proofs allow.
        package let hashrate: UInt64
        /// Positions of its latest bin.
        package let binSize: UInt64
        /// Unix time in milliseconds.
        package let seenAtMs: UInt64
    }

    /// All clients together.
    package struct PoolSpeed: Hashable, Sendable {
        /// Hashes per second.
        package let hashrate: UInt64
        package let clientCount: Int
        /// Distinct pairs of account and worker.
        package let workerCount: Int
    }

    /// Who was seen no longer ago than this counts for the pool's speed, in milliseconds.
    package static let recentMs: UInt64 = 120_000

    /// - Returns: `nil` for a client that is not remembered.
    package func speed(of client: BinClient, workPerHit: UInt64) -> ClientSpeed? {
        clients[client].map { bins in
            ClientSpeed(
                hashrate: bins.proofs.believable(bins.speed.hashrate ?? 0, workPerHit: workPerHit),
                binSize: bins.lastSize ?? 0,
                seenAtMs: bins.seenAtMs
            )
        }
    }

    package func poolSpeed(workPerHit: UInt64, nowMs: UInt64) -> PoolSpeed {
        struct Worker: Hashable {
            let address: String
            let name: String
        }
        var hashrate: UInt64 = 0
        var clientCount = 0
        var workers: Set<Worker> = []
        for (client, bins) in clients where bins.seenAtMs + Self.recentMs > nowMs {
            clientCount += 1
            workers.insert(Worker(address: client.address, name: client.worker))
            let believed = bins.proofs.believable(bins.speed.hashrate ?? 0, workPerHit: workPerHit)
            hashrate = hashrate.addingReportingOverflow(believed).overflow ? .max : hashrate + believed
        }
        return PoolSpeed(hashrate: hashrate, clientCount: clientCount, workerCount: workers.count)
    }
}
