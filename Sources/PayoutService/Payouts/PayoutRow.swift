package import Hashing
package import Ledger

/// One payout as it is kept.
package struct PayoutRow: Sendable {
    package let id: Int64
    package var attempt: PayoutAttempt
    /// Every version of its transaction, oldest first; none before it is signed.
    ///
    /// One of them at most can be mined.
    package let versions: [PayoutVersion]
    /// The newest of them, or the one by which it was settled, on whose change others may stand; `nil` for the newest.
    private let current: Hash256?
    /// What each of them spends; none before it is signed, and of payouts of an earlier release.
    package let coins: [PayoutCoin]
    /// The chain's height when it was last taken back after it had been settled; `nil` for one that never was.
    package let takenBackHeight: UInt32?

    package init(
        id: Int64,
        attempt: PayoutAttempt,
        versions: [PayoutVersion] = [],
        current: Hash256? = nil,
        coins: [PayoutCoin] = [],
        takenBackHeight: UInt32? = nil
    ) {
        self.id = id
        self.attempt = attempt
        self.versions = versions
        self.current = current
        self.coins = coins
        self.takenBackHeight = takenBackHeight
    }

    /// What is sent, and sent again; `nil` before it is signed.
    package var offered: PayoutVersion? { versions.first { $0.identifier == current } ?? versions.last }
}
