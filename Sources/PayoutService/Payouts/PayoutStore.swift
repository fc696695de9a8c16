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

    /// Plans payouts of every balance over the threshold and sets their money aside.
    ///
    /// - Returns: How many payouts were planned; `nil` when the last time was less than `intervalMs` ago.
    func plan(
        threshold: Amount,
        outputCountMax: Int,
        intervalMs: Int64,
        nowMs: Int64
    ) async throws(StoreError) -> Int?

    /// What a payout pays, in the order of account names.
    func outputs(of id: Int64) async throws(StoreError) -> [AccountAmount]

    /// Stores the one transaction that this payout will ever have; only then may it be sent.
    ///
    /// - Returns: Whether it was stored: not when the payout has one already.
    func store(_ payout: BuiltPayout, of id: Int64, nowMs: Int64) async throws(StoreError) -> Bool

    /// Keeps how far a payout has come, and why no further.
    func save(_ row: PayoutRow, confirmations: UInt32?, reason: String, nowMs: Int64) async throws(StoreError)

    /// Posts a payout as paid, and its fee as the pool's cost; once, however often it is called.
    func settle(_ row: PayoutRow, depth: UInt32, nowMs: Int64) async throws(StoreError)

    /// Gives a payout's money back to the balances that it came from, and frees its coins; once, however often it is
    /// called, and never when the payout was settled.
    func cancel(_ row: PayoutRow, reason: String, nowMs: Int64) async throws(StoreError)

    /// Gives up the right to pay; nothing may be called afterwards.
    func release() async
}

/// Gives the right to pay to one at a time, over all replicas.
package protocol PayoutStores: Sendable {
    /// - Returns: `nil` while another one has it.
    func claim() async throws(StoreError) -> (any PayoutStore)?
}

/// One payout as it is kept.
package struct PayoutRow: Sendable {
    package let id: Int64
    package var attempt: PayoutAttempt
    /// Once signed.
    package let transaction: [UInt8]
    package let identifier: Hash256?

    package init(id: Int64, attempt: PayoutAttempt, transaction: [UInt8] = [], identifier: Hash256? = nil) {
        self.id = id
        self.attempt = attempt
        self.transaction = transaction
        self.identifier = identifier
    }
}
