/// How a miner is doing.
package struct MinerProgress: Sendable {
    /// Over the last seconds, hashes per second.
    let hashrate: UInt64
    /// Since the start.
    let hashCount: UInt64
    /// Of the newest bin in work; 0 without one.
    let binSize: UInt64
    /// Whether that bin has no end that anybody comes to.
    var isOpenEnded = false
    let binSearchedCount: UInt64
    let binsTaken: UInt64
    /// Given up because the job changed or the time was over.
    let binsDropped: UInt64
    let height: UInt32?
    let tally: Tally
    let balance: Balance?
    /// Why the pool gives no work just now.
    let trouble: String?
    let elapsed: Duration

    var binPercent: UInt64 {
        binSize == 0 ? 0 : binSearchedCount / max(1, binSize / 100)
    }
}
