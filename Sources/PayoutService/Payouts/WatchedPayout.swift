package import Hashing

/// A settled payout whose transaction a reorganisation may still take off the chain.
package struct WatchedPayout: Hashable, Sendable {
    package let id: Int64
    /// What it was settled by.
    package let version: Hash256
    /// Which of its settlements it is, from 1.
    package let round: Int
    /// How deep that was then.
    package let settledDepth: UInt32

    package init(id: Int64, version: Hash256, round: Int, settledDepth: UInt32) {
        self.id = id
        self.version = version
        self.round = round
        self.settledDepth = settledDepth
    }
}
