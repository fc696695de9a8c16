/// What stands between the desk and one pool, by whatever protocol that pool speaks.
///
/// It brings work to the desk and takes what was found there to the pool.
protocol PoolLink: Sendable {
    /// Talks with the pool until cancelled, whatever fails.
    ///
    /// - Returns: Why the pool will never let us in; `nil` when cancelled.
    func converse() async -> MinerError?

    /// Sends what was found and not yet sent, until the first failure; `converse` has ended.
    func flushReports() async
}
