/// Shows how a miner is doing.
package protocol ProgressDisplay: Sendable {
    /// How often there is something to see.
    var interval: Duration { get }

    func show(_ progress: MinerProgress)

    /// The last word.
    func conclude(_ progress: MinerProgress)
}
