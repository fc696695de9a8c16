/// The pool as a miner sees it: the calls of the miners' page.
///
/// Every call may be repeated.
protocol Pool: Sendable {
    /// Gives us an id; a `nil` worker leaves the name to the pool.
    func join(_ account: MinerAccount, worker: String?) async throws(PoolError) -> PoolMember

    /// `.busy` while there is none.
    func currentJobID() async throws(PoolError) -> String

    /// The job of that id, `nil` for the current one; `.notFound` when it is no longer alive.
    func job(id: String?) async throws(PoolError) -> PoolJob

    /// A slice for us; `hashrate` is what we measured, hashes per second.
    func bin(for member: PoolMember, hashrate: UInt64?) async throws(PoolError) -> PoolBin

    func send(_ report: Report, from member: PoolMember) async throws(PoolError) -> ReportAnswer

    func balance(of member: PoolMember) async throws(PoolError) -> Balance

    /// Calls `handle`, which must not block, for each event as it comes; returns when the pool ends the stream.
    func events(
        for member: PoolMember,
        handle: @escaping @Sendable (PoolEvent) -> Void
    ) async throws(PoolError)
}

/// A hint from the pool: whoever misses it loses nothing but a moment.
enum PoolEvent: Sendable {
    case job(PoolJob)
    case bin(PoolBin)
    /// Some block changed its state, so the tip may have moved.
    case block
}
