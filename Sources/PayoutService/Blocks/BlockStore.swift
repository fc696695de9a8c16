internal import Hashing
internal import Ledger
internal import MiningDomain
internal import PostgresClient

/// Where blocks and their money are kept: PostgreSQL, or whatever stands in its place.
protocol BlockStore: Sendable {
    /// Keeps all that `body` writes, or nothing; what it has read of a block nobody else changes meanwhile.
    func transaction<Value: Sendable>(
        _ body: @Sendable (any BlockSession) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value
}

/// What deciding about one block needs of its storage, inside one transaction.
protocol BlockSession {
    /// The block's row, which `report` makes when it is the first to tell of the block.
    ///
    /// Held until the transaction ends: a second transaction about the same block waits here. `terms` are those of a block
    /// that is heard of for the first time.
    func row(of report: CheckedReport, terms: RewardTerms, nowMs: Int64) throws(PostgresError) -> BlockRow

    /// Writes down how far the block has come.
    func save(_ row: BlockRow, of report: CheckedReport, nowMs: Int64) throws(PostgresError)

    /// The number of the share with this proof, if it was recorded.
    func shareNumber(of proof: Hash256) throws(PostgresError) -> Int64?

    /// The last work up to and with share number `end`.
    func window(endingAt end: Int64, size: Work) throws(PostgresError) -> RewardWindow

    /// Keeps what everybody was counted and credited in one round, so that it can be proved, and the root over it in the
    /// place of an earlier round's.
    ///
    /// - Throws: When that was done before.
    func keep(_ credits: BlockCredits, of block: Hash256, round: Int) throws(PostgresError)

    /// The last share of the newest round that ended before share number `end`, 0 when there is none.
    ///
    /// A round is ended by a block that is credited or on the best chain, never by `block` itself.
    func roundEnd(before end: Int64, of block: Hash256) throws(PostgresError) -> Int64

    /// Each account's work in the shares after number `start`, up to and with number `end`.
    func work(after start: Int64, through end: Int64) throws(PostgresError) -> [AccountName: Work]

    /// The transfers of kind `.blockCredit` with this reference.
    func credits(reference: String) throws(PostgresError) -> [Transfer]

    /// Base units that each of `accounts` has in `bucket`, which nobody else changes until the transaction ends.
    ///
    /// - Returns: Nothing of an account that never had any.
    func held(by accounts: [AccountName], in bucket: Bucket) throws(PostgresError) -> [AccountName: Int64]

    /// Writes transfers, and moves the balances along with them.
    ///
    /// - Throws: When one of them was written before.
    func post(_ transfers: [Transfer], nowMs: Int64) throws(PostgresError)
}

/// What is kept of one block, besides its transfers.
struct BlockRow: Hashable, Sendable {
    /// The work over which the reward was split.
    struct Window: Hashable, Sendable {
        /// The last share before a round; `nil` for a window that has a size and no beginning.
        let start: Int64?
        /// The last share that counts.
        let end: Int64
        /// How much work was wanted, and how much of it no share filled.
        let size: Work
        let missing: Work
    }

    let height: Int64
    var stage: BlockMoney.Stage
    var roundCount: Int
    var reward: Amount
    /// When the chain was asked of which the last report tells; Unix time.
    var seenAtMs: UInt64
    let networkWork: Work
    let terms: RewardTerms
    /// The newest share when the block was first heard of: the window's end should the block's own never come.
    let reportedSeq: Int64
    /// `nil` before the first credit.
    var window: Window?
}
