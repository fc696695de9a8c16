import BlockFormat
import ChainAdapter
import Cryptography
import Hashing
import JSON
import Ledger
import Messages
import MiningDomain
import PayoutService
import PostgresClient
import PrivatePostgres
import ServiceRuntime
import Synchronization
import System

/// Shares recorded durably: the ledger's own calls on a private PostgreSQL, every one answered after its commit.
struct LedgerSection: BenchSection {
    let name = "ledger"
    let about =
        "shares recorded durably, what one costs in time and on disk, and blocks split over 100 million of them, and credited"

    private static let duration = Duration.seconds(3)
    private static let clientCount = 1_000

    /// So many requests under way at once, each of so many shares.
    private static let loads: [(name: String, requests: Int, shares: Int)] = [
        ("1_request_of_1", 1, 1),
        ("64_requests_of_1", 64, 1),
        ("1_request_of_10", 1, 10),
        ("1_request_of_100", 1, 100),
        ("16_requests_of_100", 16, 100),
        ("8_requests_of_1000", 8, 1_000),
        ("2_requests_of_10000", 2, 10_000),
    ]

    func run() async throws -> JSON {
        let surroundings = Surroundings(
            log: Log(service: "bench", minimum: .error, clock: SystemClock(), sink: StandardError()),
            metrics: Metrics(),
            health: Health(),
            clock: SystemClock()
        )
        let folder = "/tmp/lode-bench-\(ProcessEnvironment.processID)"
        let server = try await PrivatePostgresServer(in: folder, surroundings: surroundings)
        let result: Result<JSON, any Error>
        do {
            result = .success(try await measure(PostgresSettings(server.connectionString), surroundings))
        } catch {
            result = .failure(error)
        }
        await server.stop()
        try Folder.removeTree(folder)
        return try result.get()
    }

    private func measure(_ database: PostgresSettings, _ surroundings: Surroundings) async throws -> JSON {
        let service = try Self.service(database, surroundings)
        let running = Task { try await service.run() }
        while !surroundings.health.missing.isEmpty { try await surroundings.clock.sleep(for: .milliseconds(20)) }
        let observer = PostgresConnection(database)
        let clients = try Self.clients()
        let numbers = ShareNumbers()
        var results = JSONObject()
        for load in Self.loads {
            let before = try await CPUUse(observer)
            let start = ContinuousClock.now
            let answerTimes = try await withThrowingTaskGroup(of: [Duration].self) { group in
                for _ in 0..<load.requests {
                    group.addTask {
                        try await Self.record(load.shares, clients, numbers, until: start + Self.duration, service)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let elapsed = ContinuousClock.now - start
            let used = try await CPUUse(observer).since(before)
            results[load.name] = Self.figures(answerTimes.sorted(), of: load.shares, in: elapsed, used)
        }
        running.cancel()
        _ = await running.result
        results["disk"] = try await Self.disk(observer)
        for count in [1_000, 10_000, 100_000] {
            let load = SplitLoad(connection: observer, service: service, accountCount: count)
            results["split_over_\(count)_accounts"] = try await load.measure()
        }
        return .object(results)
    }

    /// What shares take on disk with their keys, in bytes for a million.
    private static func disk(_ connection: PostgresConnection) async throws -> JSON {
        let row = try await connection.execute(
            """
            SELECT (sum(pg_table_size(inhrelid)) * 1000000 / count)::bigint,
                (sum(pg_indexes_size(inhrelid)) * 1000000 / count)::bigint, count
            FROM pg_inherits, (SELECT greatest(count(*), 1) AS count FROM shares) AS counted
            WHERE inhparent = 'shares'::regclass GROUP BY count
            """
        )[0]
        return [
            "table_bytes_per_million_shares": JSON(try row.integer(0, as: UInt64.self)),
            "index_bytes_per_million_shares": JSON(try row.integer(1, as: UInt64.self)),
            "shares": JSON(try row.integer(2, as: UInt64.self)),
        ]
    }

    /// - Returns: How long each request took.
    private static func record(
        _ count: Int,
        _ clients: [Client],
        _ numbers: ShareNumbers,
        until end: ContinuousClock.Instant,
        _ service: PayoutService
    ) async throws -> [Duration] {
        var times: [Duration] = []
        while .now < end {
            let request = request(numbers.take(count), clients)
            let start = ContinuousClock.now
            _ = try await service.calls.recordShares(request)
            times.append(.now - start)
        }
        return times
    }

    /// Shares of as many clients as there are, as far as there are so many.
    private static func request(_ numbers: Range<UInt64>, _ clients: [Client]) -> RecordSharesRequest {
        let clientCount = min(numbers.count, clients.count)
        let first = Int(numbers.lowerBound % UInt64(clients.count))
        return RecordSharesRequest(
            clients: (0..<clientCount).map { clients[(first + $0) % clients.count] },
            proofHashes: Hash256.packed(
                numbers.map { number in
                    Hash256.sha256(of: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
                }
            ),
            jobIDs: numbers.map { $0 / 100_000 + 1 },
            submissionIDs: Array(numbers),
            works: numbers.map { _ in 65_536 },
            judgedAtMs: numbers.map { _ in KernelTime.unixMilliseconds },
            clientPlaces: numbers.indices.map { UInt32(($0 - numbers.lowerBound) % UInt64(clientCount)) },
            headerTimes: numbers.map { _ in UInt32(KernelTime.unixMilliseconds / 1_000) }
        )
    }

    private static func figures(_ times: [Duration], of shareCount: Int, in elapsed: Duration, _ used: CPUUse) -> JSON {
        let count = times.count * shareCount
        func perShare(_ time: Duration) -> JSON { JSON(UInt64(time / .nanoseconds(1)) / UInt64(max(1, count))) }
        func microseconds(_ part: Double) -> JSON {
            JSON(UInt64(times[min(times.count - 1, Int(Double(times.count) * part))] / .microseconds(1)))
        }
        return [
            "shares_per_second": JSON(UInt64(Double(count) / (elapsed / .seconds(1)))),
            "lode_cpu_ns_per_share": perShare(used.ours),
            "postgres_cpu_ns_per_share": perShare(used.servers),
            "answer_us_p50": microseconds(0.5),
            "answer_us_p99": microseconds(0.99),
        ]
    }

    private static func clients() throws -> [Client] {
        var addresses: [String] = []
        var x: UInt32 = 0
        while addresses.count < 100 {
            x += 1
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: x >> (8 * (3 - $0))) }
            guard let key = PublicKey(compressed: [2] + [UInt8](repeating: 0, count: 28) + bytes) else { continue }
            addresses.append(Address.payToWitnessPublicKeyHash(key, on: .litecoinRegtest).text)
        }
        return (0..<clientCount).map { number in
            Client(
                address: addresses[number % addresses.count],
                worker: "rig\(number / addresses.count)",
                clientID: [UInt8](repeating: UInt8(number & 255), count: 16)
            )
        }
    }

    private static func service(_ database: PostgresSettings, _ surroundings: Surroundings) throws -> PayoutService {
        guard let fee = FeeRate(percent: "1"), let factor = WindowFactor("2"),
            let depths = BlockDepths(immature: 10, confirmed: 100, chainMaturity: 100)
        else { preconditionFailure("these settings are good") }
        let settings = PayoutSettings(network: .litecoinRegtest, fee: fee, windowFactor: factor, depths: depths)
        return try PayoutService(
            settings,
            database: database,
            wallet: NoWallet(),
            listening: [],
            surroundings: surroundings
        )
    }
}

/// No share is like another.
private final class ShareNumbers: Sendable {
    private let next = Mutex<UInt64>(0)

    func take(_ count: Int) -> Range<UInt64> {
        next.withLock { next in
            defer { next += UInt64(count) }
            return next..<next + UInt64(count)
        }
    }
}

/// Nobody is paid here.
private struct NoWallet: PayoutWallet, FundedWallet {
    func holdings() async throws(NodeError) -> Amount { throw .unreachable("no wallet") }
    func owns(_ address: Address) async throws(NodeError) -> Bool { throw .unreachable("there is none") }
    func rewardAddress() async throws(NodeError) -> Address { throw .unreachable("no wallet") }
    func conditions() async throws(NodeError) -> ChainConditions { throw .unreachable("no wallet") }
    func coins(depth: UInt32) async throws(NodeError) -> [PayoutCoin] { throw .unreachable("no wallet") }
    func isPayable(_ address: Address) async throws(NodeError) -> Bool { throw .unreachable("no wallet") }
    func changeAddress(besides payees: Set<[UInt8]>) async throws(NodeError) -> Address {
        throw .unreachable("no wallet")
    }
    func objection(to draft: PayoutDraft) async throws(NodeError) -> String? { throw .unreachable("no wallet") }
    func sign(_ draft: PayoutDraft) async throws(NodeError) -> SignedTransaction { throw .unreachable("no wallet") }
    func lock(_ coins: [CoinReference]) async throws(NodeError) {}
    func unlock(_ coins: [CoinReference]) async throws(NodeError) {}
    func lockedCoins() async throws(NodeError) -> [CoinReference] { [] }
    func spenders(
        of coins: [CoinReference],
        against transactions: [Hash256],
        since height: UInt32
    ) async throws(NodeError) -> [CoinSpender] { [] }
    func refusal(of transaction: [UInt8]) async throws(NodeError) -> TransactionRefusal? {
        throw .unreachable("no wallet")
    }
    func send(_ transaction: [UInt8]) async throws(NodeError) { throw .unreachable("no wallet") }
    func fate(of transaction: Hash256) async throws(NodeError) -> TransactionFate { .missing }
    func buried(within depth: UInt32) async throws(NodeError) -> [Hash256: UInt32] { [:] }
    func psbt(of draft: PayoutDraft) async throws(NodeError) -> PSBT { throw .unreachable("no wallet") }
    func decode(_ psbt: PSBT) async throws(NodeError) -> UnsignedTransaction { throw .unreachable("no wallet") }
    func complete(_ psbt: PSBT, with signed: PSBT) async throws(NodeError) -> SignedTransaction? {
        throw .unreachable("no wallet")
    }
}
