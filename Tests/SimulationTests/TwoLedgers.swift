import BlockFormat
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import ServiceRuntime
import TestSupport

@testable import PayoutService

/// The simulated database and a real one, on which the same is done.
final class TwoLedgers: Sendable {
    let world: World
    let simulated = SimulatedDatabase()
    let pool: ConnectionPool
    let books: (simulated: BlockBook, real: BlockBook)
    let payouts: (simulated: any PayoutStores, real: any PayoutStores)
    private let recorder: ShareRecorder
    private let recording: Task<Void, any Error>

    init(_ settings: PayoutSettings, seed: UInt64) async throws {
        world = World(seed: seed)
        world.calmDown()
        let database = PostgresSettings(try await PrivatePostgres.freshDatabase())
        pool = ConnectionPool(database, count: 3)
        try await Schema.prepare(pool, network: settings.network.name)
        let life = Life("ledger")
        let blocks = SimulatedBlocks(world: world, life: life, database: simulated)
        books = (
            BlockBook(store: blocks, terms: settings.terms, depths: settings.depths),
            BlockBook(store: PostgresBlocks(pool: pool), terms: settings.terms, depths: settings.depths)
        )
        let depth = settings.payoutDepth
        payouts = (
            SimulatedPayouts(world: world, life: life, database: simulated, depthRequired: depth),
            PostgresPayouts(database: database, depthRequired: depth)
        )
        let writer = ShareWriter(database, network: settings.network, clock: world.clock)
        let recorder = ShareRecorder(writer, surroundings: world.surroundings)
        self.recorder = recorder
        recording = Task { try await recorder.run() }
    }

    deinit {
        recording.cancel()
    }

    /// - Returns: The places of duplicates: of the simulated one, and of the real one.
    func record(_ proofs: [Hash256], _ share: Books.Share) async throws -> (simulated: [UInt32], real: [UInt32]) {
        let client = Client(
            address: share.account.description,
            worker: "rig",
            clientID: [UInt8](repeating: 1, count: 16)
        )
        let request = RecordSharesRequest(
            clients: [client],
            proofHashes: proofs.flatMap(\.bytes),
            jobIDs: proofs.map { _ in 1 },
            submissionIDs: proofs.map { _ in share.submission },
            works: proofs.map { _ in UInt64(share.work.hashes) },
            judgedAtMs: proofs.map { _ in world.clock.unixMilliseconds },
            clientPlaces: proofs.map { _ in 0 },
            headerTimes: proofs.map { _ in 1_790_000_000 }
        )
        let real = try await recorder.record(request)
        let simulated = self.simulated.transaction { books in
            proofs.indices.filter { !books.record(proofs[$0], share) }.map { UInt32($0) }
        }
        return (simulated, real)
    }

    /// Every balance that is not zero, one a line.
    var balances: (simulated: [String], real: [String]) {
        get async throws {
            let simulated = simulated.books.balances.filter { $1 != 0 }.map { account, balance in
                "\(account.owner?.description ?? "") \(account.bucket.rawValue) \(balance)"
            }
            let rows = try await pool.execute(
                "SELECT address, bucket, balance FROM balances JOIN accounts USING (account_id) WHERE balance <> 0"
            )
            return (simulated.sorted(), try rows.map(Self.line).sorted())
        }
    }

    /// Every transfer, one a line.
    var transfers: (simulated: [String], real: [String]) {
        get async throws {
            let simulated = simulated.books.transfers.map { transfer in
                let (debit, credit) = (transfer.debit, transfer.credit)
                return "\(transfer.kind.rawValue) \(transfer.reference) \(debit.owner?.description ?? "") "
                    + "\(debit.bucket.rawValue) \(credit.owner?.description ?? "") \(credit.bucket.rawValue) "
                    + "\(transfer.amount.units)"
            }
            let rows = try await pool.execute(
                """
                SELECT kind, reference, debit.address, debit_bucket, credit.address, credit_bucket, amount FROM transfers
                JOIN accounts AS debit ON debit.account_id = debit_account_id
                JOIN accounts AS credit ON credit.account_id = credit_account_id
                """
            )
            return (simulated.sorted(), try rows.map(Self.line).sorted())
        }
    }

    /// What is kept of each block's credits, one a line.
    var credits: (simulated: [String], real: [String]) {
        get async throws {
            let simulated = simulated.books.credits.flatMap { block, rounds in
                rounds.flatMap { round, credits in
                    ["\(block.hex) \(round)  0 \(credits.fee.units)"]
                        + credits.entries.map {
                            "\(block.hex) \(round) \($0.account) \($0.work.hashes) \($0.amount.units)"
                        }
                }
            }
            let rows = try await pool.execute(
                """
                SELECT encode(block_hash, 'hex'), round, address, work, amount
                FROM block_credits JOIN accounts USING (account_id)
                """
            )
            return (simulated.sorted(), try rows.map(Self.line).sorted())
        }
    }

    private static func line(_ row: PostgresRow) throws -> String {
        try row.columns.indices.map { try row.text($0) }.joined(separator: " ")
    }
}
