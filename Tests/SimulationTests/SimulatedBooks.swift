import ChainAdapter
import Hashing
import Ledger
import MiningDomain
import Synchronization

@testable import PayoutService

/// What the database holds: the same tables, and the same rules, in memory.
struct Books: Sendable {
    struct Share: Hashable, Sendable {
        let account: AccountName
        let work: Work
        let submission: UInt64
    }

    struct TransferKey: Hashable, Sendable {
        let kind: Transfer.Kind
        let reference: String
        let debit: LedgerAccount
        let credit: LedgerAccount

        init(_ transfer: Transfer) {
            (kind, reference) = (transfer.kind, transfer.reference)
            (debit, credit) = (transfer.debit, transfer.credit)
        }
    }

    struct Payout: Sendable {
        let id: Int64
        var state = PayoutAttempt.State.reserved
        var refusalCount = 0
        /// Oldest first.
        var versions: [PayoutVersion] = []
        var coins: [PayoutCoin] = []
        /// Once it is cancelled: those that the node was told to unlock.
        var unlocked: Set<CoinReference> = []
        /// What somebody with the keys is to sign, or has signed.
        var handover: Handover?
        var feeParts: [AccountName: Amount] = [:]
        /// What is sent again.
        var current: Hash256?
        /// The version that was mined.
        var settledBy: PayoutVersion?
        var confirmations: UInt32 = 0
        /// How often it was settled.
        var roundCount = 0
        var takenBackHeight: UInt32?
        /// When the wallet was last asked about it by itself; `nil` for one that is not watched.
        var lookedAtMs: Int64?
        let outputs: [AccountAmount]
    }

    /// By number, from 1.
    var shares: [Share] = []
    var shareNumbers: [Hash256: Int64] = [:]
    var blocks: [Hash256: BlockRow] = [:]
    /// As blocks were last reported.
    var states: [Hash256: String] = [:]
    /// By block and round.
    var credits: [Hash256: [Int: BlockCredits]] = [:]
    var transfers: [Transfer] = []
    var transferKeys: Set<TransferKey> = []
    var balances: [LedgerAccount: Int64] = [:]
    /// By number, from 1.
    var payouts: [Payout] = []
    var plannedMs: Int64?

    func balance(_ account: LedgerAccount) -> Int64 { balances[account] ?? 0 }

    /// - Returns: Whether this submission is the one that counts.
    mutating func record(_ proof: Hash256, _ share: Share) -> Bool {
        if let number = shareNumbers[proof] { return shares[Int(number) - 1].submission == share.submission }
        shares.append(share)
        shareNumbers[proof] = Int64(shares.count)
        return true
    }

    /// - Throws: When one was written before, or a miner would owe something.
    mutating func post(_ more: [Transfer], mutation: Mutation?) throws(BooksRefusal) {
        for transfer in more {
            guard transferKeys.insert(TransferKey(transfer)).inserted else { throw .writtenBefore }
            if mutation != .storageLosesATransfer || transfers.count % 7 != 6 { transfers.append(transfer) }
            if mutation == .storageMovesNoBalance, transfer.kind == .blockMature { continue }
            balances[transfer.debit, default: 0] -= Int64(transfer.amount.units)
            balances[transfer.credit, default: 0] += Int64(transfer.amount.units)
        }
        guard mutation != .storageLetsBalancesFallBelowZero else { return }
        let isSound = more.flatMap { [$0.debit, $0.credit] }.allSatisfy { account in
            account.owner == nil || (account.bucket == .debt ? balance(account) <= 0 : balance(account) >= 0)
        }
        guard isSound else { throw .belowZero }
    }
}

enum BooksRefusal: Error {
    case notThere
    case writtenBefore
    case belowZero
}

/// The database: it outlives every process of the pool.
final class SimulatedDatabase: Sendable {
    private struct State: Sendable {
        var books = Books()
        /// The session that holds the right to pay.
        var payer: Int?
        var lastSession = 0
    }

    private let state = Mutex(State())

    var books: Books { state.withLock(\.books) }

    /// All of it, or nothing.
    func transaction<Value: Sendable, Failure: Error>(
        _ body: (inout Books) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try state.withLock { state throws(Failure) in
            var books = state.books
            let value = try body(&books)
            state.books = books
            return value
        }
    }

    // MARK: - The right to pay

    func claim(evenIfHeld: Bool) -> Int? {
        state.withLock { state in
            guard state.payer == nil || evenIfHeld else { return nil }
            state.lastSession += 1
            state.payer = state.lastSession
            return state.lastSession
        }
    }

    func isPayer(_ session: Int) -> Bool { state.withLock { $0.payer == session } }

    func release(_ session: Int) { state.withLock { if $0.payer == session { $0.payer = nil } } }

    /// The session of whoever may pay breaks.
    func breakPayer() { state.withLock { $0.payer = nil } }
}
