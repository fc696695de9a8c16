package import MiningDomain

/// The last work before a block, by account (PPLNS): filled from the newest share back to the oldest that counts.
package struct RewardWindow: Sendable {
    /// How much work is still wanted.
    package private(set) var missing: Work
    /// What counts, of each account that has any.
    package private(set) var work: [AccountName: Work] = [:]

    package init(size: Work) {
        missing = size
    }

    package var isFull: Bool { missing == .zero }

    /// Counts `work` of `account`, as far as it fits: of the oldest share only a part may count.
    package mutating func take(_ work: Work, of account: AccountName) {
        let counted = min(work.hashes, missing.hashes)
        guard counted > 0 else { return }
        missing = Work(hashes: missing.hashes - counted)
        self.work[account] = Work(hashes: (self.work[account]?.hashes ?? 0) + counted)
    }
}
