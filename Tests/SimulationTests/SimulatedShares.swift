import Hashing
import Ledger
import MiningDomain
import Synchronization

/// A share service: what it has acknowledged is in the books or on its disk.
final class SimulatedShares: Sendable {
    struct Batch: Sendable {
        let proofs: [Hash256]
        let share: Books.Share
    }

    private struct State: Sendable {
        /// On disk, oldest first.
        var spool: [Batch] = []
        /// Not acknowledged: whoever sent them sends them again.
        var unanswered: [Batch] = []
        var acknowledged: [Hash256: Books.Share] = [:]
        var lastSubmission: UInt64 = 0
    }

    private let world: World
    private let database: SimulatedDatabase
    private let state = Mutex(State())

    init(_ world: World, _ database: SimulatedDatabase) {
        self.world = world
        self.database = database
    }

    var spooled: Set<Hash256> { Set(state.withLock(\.spool).flatMap(\.proofs)) }
    var acknowledged: [Hash256: Books.Share] { state.withLock(\.acknowledged) }

    /// Proofs that an account brings; they may have come before.
    func bring(_ proofs: [Hash256], of account: AccountName, work: Work) async {
        let submission = state.withLock { state in
            state.lastSubmission += 1
            return state.lastSubmission
        }
        await take(Batch(proofs: proofs, share: Books.Share(account: account, work: work, submission: submission)))
    }

    /// What got no answer comes again, and what is on disk goes to the ledger.
    func goOn() async {
        let again = state.withLock { state in
            defer { state.unanswered = [] }
            return state.unanswered
        }
        for batch in again { await take(batch) }
        while let oldest = state.withLock(\.spool.first) {
            guard await record(oldest, by: Life("shares")) != nil else { return }
            state.withLock { _ = $0.spool.removeFirst() }
        }
    }

    private func take(_ batch: Batch) async {
        let life = Life("shares")
        let hasBacklog = !state.withLock(\.spool.isEmpty)
        let duplicates = hasBacklog ? nil : await record(batch, by: life)
        state.withLock { state in
            if let duplicates {
                acknowledge(batch, except: duplicates, &state)
            } else if life.isOver {
                state.unanswered.append(batch)
            } else {
                state.spool.append(batch)
                acknowledge(batch, except: Set(state.acknowledged.keys), &state)
            }
        }
    }

    private func acknowledge(_ batch: Batch, except duplicates: Set<Hash256>, _ state: inout State) {
        for proof in batch.proofs where !duplicates.contains(proof) { state.acknowledged[proof] = batch.share }
    }

    /// - Returns: Those that another submission brought; `nil` when the ledger did not answer.
    private func record(_ batch: Batch, by life: Life) async -> Set<Hash256>? {
        struct NoAnswer: Error {}
        return try? await world.call(life, "shares.record", refused: NoAnswer(), lost: NoAnswer()) {
            () throws(NoAnswer) in
            database.transaction { books in
                var duplicates: Set<Hash256> = []
                for proof in batch.proofs {
                    if world.mutation == .storageForgetsAShare, books.shares.count % 5 == 4 { continue }
                    if !books.record(proof, batch.share) { duplicates.insert(proof) }
                    if world.mutation == .storageCountsAShareTwice { books.shares.append(batch.share) }
                }
                return duplicates
            }
        }
    }
}
