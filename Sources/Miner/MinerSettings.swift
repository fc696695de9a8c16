package import MiningDomain

/// What a person says when starting a miner.
package struct MinerSettings: Sendable {
    package static let threadCountMax = 1_024

    /// Which pool, by which of its two protocols.
    package enum PoolChoice: Sendable {
        /// Bins over HTTP: `http://host:port` or `https://host`, without a path.
        case bins(url: String)
        case stratum(StratumSettings)
    }

    package var pool: PoolChoice
    package var account: MinerAccount
    /// What this rig is called; `nil` leaves it to the pool.
    package var worker: WorkerName?
    /// 1 to `threadCountMax`.
    package var threadCount: Int
    /// Hashes per second of all threads together, at least 1; `nil` for as many as the machine gives.
    package var hashrateLimit: UInt64?

    /// How often the pool's state is asked for, whatever events said.
    package var pollInterval: Duration = .seconds(5)
    /// How long one request may take.
    package var requestTimeout: Duration = .seconds(10)
    /// How long the last finds may take to reach the pool when the miner is told to stop.
    package var farewellTimeout: Duration = .seconds(3)

    package init(
        pool: PoolChoice,
        account: MinerAccount,
        worker: WorkerName? = nil,
        threadCount: Int,
        hashrateLimit: UInt64? = nil
    ) {
        self.pool = pool
        self.account = account
        self.worker = worker
        self.threadCount = threadCount
        self.hashrateLimit = hashrateLimit
    }

    /// Who we are to a Stratum pool: the account, and after a point the worker's name.
    var stratumUser: String {
        worker.map { "\(account.field.value).\($0)" } ?? account.field.value
    }
}
