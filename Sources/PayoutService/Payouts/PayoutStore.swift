package import ChainAdapter
package import Hashing
package import Ledger
package import MiningDomain

/// Where payouts are kept, for whoever pays; one at a time has it.
///
/// Every call is all or nothing, and lasts once it has returned. When the right to pay is lost, every call fails: who was
/// overtaken can store nothing, and therefore send nothing.
package protocol PayoutStore: Sendable {
    /// Every payout that is neither settled nor given up, oldest first.
    func unfinished() async throws(StoreError) -> [PayoutRow]

    /// The payout of that number, in whatever state; `nil` when there is none.
    func payout(_ id: Int64) async throws(StoreError) -> PayoutRow?

    /// Plans payouts of balances and sets their money aside.
    ///
    /// `choose` tells which of the confirmed balances that are not excluded to pay, a batch for each payout; of those
    /// candidates some may not be due.
    ///
    /// - Returns: How many payouts were planned; `nil` when the last time was less than `intervalMs` ago.
    func plan(
        threshold: Amount,
        intervalMs: Int64,
        nowMs: Int64,
        choose: @Sendable ([PayoutPlan.Candidate]) -> [[AccountAmount]]
    ) async throws(StoreError) -> Int?

    /// What a payout pays, in the order of account names.
    func outputs(of id: Int64) async throws(StoreError) -> [PayoutOutput]

    /// Whether a payout that is not cancelled spends what came out of any of these transactions.
    func isSpent(anyOf transactions: [Hash256]) async throws(StoreError) -> Bool

    /// Which of the coins a payout spends that is not cancelled.
    func held(among coins: [CoinReference]) async throws(StoreError) -> Set<CoinReference>

    /// Coins of cancelled payouts that no other payout spends and that were not marked as unlocked, at most `countMax`.
    func freed(countMax: Int) async throws(StoreError) -> [CoinReference]

    /// Keeps that the node was told to unlock them: from now on it is none of the pool's business who locks them.
    func markUnlocked(_ coins: [CoinReference]) async throws(StoreError)

    /// Stores the first version of a payout's transaction, and its coins as spent by this payout; only then may it be sent.
    ///
    /// - Returns: Whether it was stored: not when the payout has one already.
    /// - Throws: `.refused` when one of the coins is another payout's.
    func store(
        _ version: PayoutVersion,
        of draft: PayoutDraft,
        for id: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Bool

    /// Stores what somebody else is to sign, and its coins as spent by this payout.
    ///
    /// - Returns: Whether it was stored: not when the payout has one already, or is not reserved.
    /// - Throws: `.refused` when one of the coins is another payout's.
    func handOver(_ handover: Handover, of draft: PayoutDraft, for id: Int64, nowMs: Int64) async throws(StoreError)
        -> Bool

    /// What somebody else is to sign, or has signed; `nil` for a payout that the wallet signs by itself.
    func handover(of id: Int64) async throws(StoreError) -> Handover?

    /// Whether somebody else is to sign it, or has.
    func isHandedOver(_ id: Int64) async throws(StoreError) -> Bool

    /// Keeps that it was handed out: from now on somebody may have signed it.
    func markExported(_ id: Int64, nowMs: Int64) async throws(StoreError)

    /// Stores the signed version of what was handed over; only then may it be sent.
    ///
    /// - Returns: Whether it was stored: not when the payout has one already.
    func adopt(_ version: PayoutVersion, of id: Int64, nowMs: Int64) async throws(StoreError) -> Bool

    /// Stores another version, which spends the same coins and pays the same outputs; only then may it be sent.
    func replace(by version: PayoutVersion, of id: Int64, nowMs: Int64) async throws(StoreError)

    /// Keeps how far a payout has come, and why no further.
    ///
    /// Without `reason`, the one that is there stays.
    func save(_ row: PayoutRow, confirmations: UInt32?, reason: String?, nowMs: Int64) async throws(StoreError)

    /// Posts a payout as paid by one version of its transaction, with that version's fee, and has it watched; once until it
    /// is taken back, however often it is called.
    func settle(_ row: PayoutRow, by version: Hash256, depth: UInt32, nowMs: Int64) async throws(StoreError)

    /// Confirmed payouts that are still watched: those longest not looked at by themselves first, of those the newest.
    func watched(countMax: Int) async throws(StoreError) -> [WatchedPayout]

    /// Puts payouts that were looked at by themselves behind the others.
    func postponeWatch(of ids: [Int64], nowMs: Int64) async throws(StoreError)

    /// Watches these payouts no more: they are too deep for any reorganisation that can be expected.
    func endWatch(of ids: [Int64]) async throws(StoreError)

    /// Posts, by new transfers, that a settled payout is not paid after all, and has its stored bytes sent again; once,
    /// however often it is called.
    ///
    /// `height` is the chain's: from there on it is counted how long the transaction waits.
    func takeBack(
        _ payout: WatchedPayout,
        height: UInt32,
        reason: String,
        nowMs: Int64
    ) async throws(StoreError)

    /// Gives a payout's money back to the balances that it came from, and frees its coins; once, however often it is
    /// called, and never when the payout was settled.
    func cancel(_ row: PayoutRow, reason: String, nowMs: Int64) async throws(StoreError)

    /// Plans no more payouts of these accounts, cancels the unsigned one that they are part of, and lets the next plan be
    /// made at once, for the others of it.
    func exclude(_ accounts: [PayoutExclusion], from row: PayoutRow, nowMs: Int64) async throws(StoreError)

    /// The accounts that no payouts are planned of for as long as the wallet does not take their address, at most
    /// `countMax`: those that were not asked about for the longest, and now are.
    func excluded(countMax: Int, nowMs: Int64) async throws(StoreError) -> [AccountName]

    /// How many accounts no payouts are planned of, for whatever reason.
    func excludedCount() async throws(StoreError) -> Int

    /// Plans payouts of an account again.
    func admit(_ account: AccountName) async throws(StoreError)

    /// Gives up the right to pay; nothing may be called afterwards.
    func release() async
}

/// Gives the right to pay to one at a time, over all replicas.
package protocol PayoutStores: Sendable {
    /// - Returns: `nil` while another one has it.
    func claim() async throws(StoreError) -> (any PayoutStore)?
}
