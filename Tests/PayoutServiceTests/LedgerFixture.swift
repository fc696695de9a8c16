import BlockFormat
import ChainAdapter
import Cryptography
import Hashing
import Ledger
import Messages
import MiningDomain
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

@testable import PayoutService

/// One replica of the ledger on a database, with its parts at hand and nothing running but the recorder.
final class LedgerFixture: Sendable {
    static let network = Network.litecoinRegtest

    let database: PostgresSettings
    let pool: ConnectionPool
    let clock: ManualClock
    let wallet: ScriptedWallet
    /// `wallet`, or a real one in its place.
    private let paying: any PayoutWallet
    let surroundings: Surroundings
    let settings: PayoutSettings
    private let adjust: @Sendable (inout PayoutSettings) -> Void
    let calls: LedgerCalls
    let payouts: PayoutLoop
    let operations: PayoutOperations
    let cover: WalletCover
    let paid: PaidCover
    let pages: LedgerPages
    let rollup: WorkRollup
    private let recording: Task<Void, any Error>

    init(
        _ conninfo: String? = nil,
        wallet: ScriptedWallet = ScriptedWallet(),
        paying: (any PayoutWallet)? = nil,
        clock: ManualClock = ManualClock(),
        windowFactor: String = "1000000",
        scheme: RewardScheme.Name = .pplns,
        rewardAddress: Address? = nil,
        adjust: @escaping @Sendable (inout PayoutSettings) -> Void = { _ in }
    ) async throws {
        let text = if let conninfo { conninfo } else { try await PrivatePostgres.freshDatabase() }
        database = PostgresSettings(text)
        pool = ConnectionPool(database, count: 3)
        self.wallet = wallet
        self.clock = clock
        surroundings = Surroundings(
            log: Log(service: "ledger", minimum: .error, clock: clock, sink: Silence()),
            metrics: Metrics(),
            health: Health(),
            clock: clock
        )
        var settings = PayoutSettings(
            network: Self.network,
            fee: try #require(FeeRate(percent: "1")),
            windowFactor: try #require(WindowFactor(windowFactor)),
            depths: try #require(BlockDepths(immature: 10, confirmed: 100, chainMaturity: 100)),
            payoutInterval: .seconds(60),
            payoutThreshold: Amount(units: 100_000),
            payoutDepth: 6,
            rewardAddress: rewardAddress
        )
        settings.scheme = scheme
        adjust(&settings)
        self.settings = settings
        self.adjust = adjust
        try await Schema.prepare(pool, network: Self.network.name)
        let paying = paying ?? wallet
        self.paying = paying
        let recorder = ShareRecorder(
            ShareWriter(database, network: Self.network, clock: clock),
            surroundings: surroundings
        )
        let readiness = Readiness()
        readiness.open()
        calls = LedgerCalls(
            settings,
            pool: pool,
            recorder: recorder,
            wallet: paying,
            readiness: readiness,
            surroundings: surroundings
        )
        let stores = PostgresPayouts(
            database: database,
            depthRequired: settings.payoutDepth,
            poolFee: settings.poolFee
        )
        payouts = PayoutLoop(stores, wallet: paying, settings: settings, surroundings: surroundings)
        cover = WalletCover(pool: pool, wallet: wallet, rewardAddress: rewardAddress)
        paid = PaidCover(pool: pool, wallet: paying, watchDepth: settings.watchDepth)
        pages = LedgerPages(pool: pool, cover: cover, paid: paid, readiness: readiness)
        operations = PayoutOperations(stores: stores, wallet: paying, settings: settings, surroundings: surroundings)
        rollup = WorkRollup(pool, surroundings: surroundings)
        recording = Task { try await recorder.run() }
    }

    deinit {
        recording.cancel()
    }

    /// Another replica on the same database and wallet; or the same one after a crash.
    func successor(
        scheme: RewardScheme.Name? = nil,
        paying other: (any PayoutWallet)? = nil,
        isPaying: Bool = true
    ) async throws -> LedgerFixture {
        try await LedgerFixture(
            database.conninfo,
            wallet: wallet,
            paying: other ?? paying,
            clock: clock,
            scheme: scheme ?? settings.scheme,
            adjust: { [adjust] settings in
                adjust(&settings)
                settings.isPaying = isPaying
            }
        )
    }

    /// Lets so much time pass that payouts are due, and runs them.
    func pay() async throws {
        clock.advance(by: settings.payoutInterval)
        #expect(try await payouts.runOnce())
    }

    /// The books as they must be at every moment.
    func expectSoundBooks(_ when: String = "", sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let audit = try await LedgerAudit.run(pool)
        #expect(audit.findings.isEmpty, "\(when)", sourceLocation: sourceLocation)
        #expect(audit.imbalance == 0, "\(when)", sourceLocation: sourceLocation)
    }

    /// What a gauge shows, such as `lode_payouts_waiting{for="fee"}`; `nil` when there is none.
    func gauge(_ name: String) -> Int64? {
        surroundings.metrics.exposition.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { Int64($0.dropFirst(name.count + 1)) }
    }

    func sums() async throws -> [Bucket: Int64] {
        try await LedgerAudit.run(pool).sums
    }
}

struct Silence: LogSink {
    func write(_ line: String) {}
}

/// Values that many tests need.
enum Example {
    /// Addresses whose keys are the first points on the curve, by their x.
    static let addresses: [String] = (1...300).compactMap { (number: UInt16) -> String? in
        let x = [UInt8](repeating: 0, count: 30) + [UInt8(number >> 8), UInt8(number & 255)]
        return PublicKey(compressed: [2] + x).map {
            Address.payToWitnessPublicKeyHash($0, on: LedgerFixture.network).text
        }
    }

    static func client(_ number: Int, worker: String = "rig1") -> Client {
        Client(address: addresses[number], worker: worker, clientID: [UInt8](repeating: UInt8(number & 255), count: 16))
    }

    /// A proof hash that is like no other number's.
    static func hash(_ number: Int) -> Hash256 {
        Hash256.sha256d(of: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    static func share(_ number: Int, of client: Client, work: UInt64 = 1, submission: UInt64 = 1) -> AcceptedShare {
        AcceptedShare(
            proofHash: hash(number).bytes,
            jobID: .max,
            client: client,
            work: work,
            judgedAtMs: 1_790_000_000_000,
            submissionID: submission
        )
    }

    static func block(
        _ number: Int,
        _ state: BlockState,
        confirmations: UInt32 = 0,
        reward: UInt64 = 5_000_000_000,
        finder: Client? = client(0),
        height: UInt32 = 500
    ) -> BlockReport {
        BlockReport(
            hash: hash(number).bytes,
            height: height,
            jobID: 7,
            finder: finder,
            state: state,
            confirmations: confirmations,
            reward: reward,
            networkTarget: [0x7f] + [UInt8](repeating: 0xff, count: 31),
            foundAtMs: 1_790_000_000_000
        )
    }
}

extension LedgerFixture {
    /// One share of work, and a block that matures at once.
    func earn(_ parts: [(client: Int, work: UInt64)], block number: Int, reward: UInt64 = 5_000_000_000) async throws {
        for (index, part) in parts.enumerated() {
            let share = Example.share(
                number * 1_000 + index,
                of: Example.client(part.client),
                work: part.work,
                submission: UInt64(number)
            )
            #expect(try await calls.outcomes(of: RecordSharesRequest(shares: [share])) == [.recorded])
        }
        let report = Example.block(number, .confirmed, confirmations: 100, reward: reward)
        #expect(try await calls.recordBlock(report).stage == .confirmed)
    }

    func statement(_ client: Int, worker: String = "") async throws -> MinerStatement {
        try await calls.getMiner(GetMinerRequest(address: Example.addresses[client], worker: worker))
    }
}
