import BlockFormat
import ChainWatcher
import Hashing
import Ledger
import Messages
import PostgresClient
import Synchronization

@testable import PayoutService

/// The way from a watcher to the ledger: messages are lost, come twice, or come late.
struct SimulatedLedger: BlockLedger {
    let world: World
    let life: Life
    let service: SimulatedLedgerService

    func recordBlock(_ request: BlockReport) async throws(RPCError) -> RecordBlockReply {
        try await world.call(
            life,
            "ledger.recordBlock",
            refused: RPCError.unavailable("down"),
            lost: .deadlineExceeded("no answer came")
        ) { () async throws(RPCError) in
            var request = request
            switch world.mutation {
            case .watcherCallsEveryBlockConfirmed:
                request.state = .confirmed
                request.confirmations = 100
            case .watcherNeverTellsOfOrphans where request.state == .orphaned:
                return RecordBlockReply(stage: .orphaned)
            case _: break
            }
            if world.goesWrong(), service.knows(request) {
                // A watcher that had the block from a node of another mind.
                if world.chance.happens(oneIn: 2) { request.height += 1 }
                request.reward = UInt64(world.chance.number(100_000...5_000_000))
            }
            if world.goesWrong() {
                let request = request
                service.late.withLock { $0.append(request) }
                throw .deadlineExceeded("no answer came")
            }
            if world.goesWrong() { _ = try await service.record(request) }
            return try await service.record(request)
        }
    }

    /// Nothing rests on it.
    func recordNode(_ request: NodeState) async throws(RPCError) -> Empty { Empty() }
}

/// The ledger's own process, as far as blocks concern it.
final class SimulatedLedgerService: Sendable {
    /// Reports that are still on their way.
    let late = Mutex<[BlockReport]>([])
    private let world: World
    private let settings: PayoutSettings
    private let database: SimulatedDatabase

    init(_ world: World, _ settings: PayoutSettings, _ database: SimulatedDatabase) {
        self.world = world
        self.settings = settings
        self.database = database
    }

    /// Whether the block was reported before.
    func knows(_ request: BlockReport) -> Bool {
        Hash256(request.hash).map { database.books.blocks[$0] != nil } ?? false
    }

    func record(_ request: BlockReport) async throws(RPCError) -> RecordBlockReply {
        let report = try CheckedReport(request, on: settings.network)
        let life = Life("ledger")
        let book = BlockBook(
            store: SimulatedBlocks(world: world, life: life, database: database),
            terms: settings.terms,
            depths: settings.depths
        )
        let outcome: BlockBook.Outcome
        do throws(PostgresError) {
            outcome = try await book.record(report, nowMs: Int64(world.clock.unixMilliseconds))
        } catch {
            throw RPCError(error)
        }
        switch outcome {
        case .contradicts(let reason): throw .failedPrecondition(reason)
        case .recorded(let record):
            if !record.changes.isEmpty {
                world.note("ledger: block \(report.hash.displayHex.prefix(8)) is \(record.stage): \(record.changes)")
            }
            return RecordBlockReply(stage: BlockStage(record.stage))
        }
    }

    /// A report that everybody had given up arrives after all.
    func deliverLate() async {
        let request = late.withLock { late in
            world.chance.pick(Array(late.indices)).map { late.remove(at: $0) }
        }
        guard let request else { return }
        world.note("late: block \(Hash256(request.hash)?.displayHex.prefix(8) ?? "") \(request.state)")
        _ = try? await record(request)
    }
}
