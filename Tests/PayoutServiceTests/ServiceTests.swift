import BlockFormat
import Ledger
import Messages
import Messaging
import MiningDomain
import PayoutService
import PostgresClient
import ServiceRuntime
import TestSupport
import Testing

/// The whole service, as another process sees it.
@Suite struct ServiceTests {
    @Test func itWaitsForItsDatabaseServesAndFinishesWhatItHasInHand() async throws {
        let server = try await PrivatePostgres()
        let conninfo = try await server.freshDatabase()
        try await server.stop(crashing: false)
        let surroundings = Surroundings(
            log: Log(service: "ledger", minimum: .error, clock: SystemClock(), sink: Silence()),
            metrics: Metrics(),
            health: Health(),
            clock: SystemClock()
        )
        let service = try Self.service(conninfo, surroundings)
        let address = try #require(service.addresses.first)
        let running = Task { try await service.run() }
        let client = LedgerClient(
            try RPCClient(dialing: [address], metrics: surroundings.metrics),
            timeout: .seconds(20)
        )
        try await Patience.wait(for: "a complaint") { surroundings.health.missing.contains { $0.reason != "not yet" } }
        try await server.start()
        var share = Example.share(1, of: Example.client(0))
        share.headerTime = UInt32(SystemClock().unixMilliseconds / 1_000)
        #expect(try await client.outcomes(of: RecordSharesRequest(shares: [share])) == [.recorded])
        #expect(surroundings.health.missing.isEmpty)
        #expect(try await client.recordBlock(Example.block(1, .confirmed, confirmations: 100)).stage == .confirmed)
        #expect(try await client.getMiner(GetMinerRequest(address: Example.addresses[0])).accepted == 1)
        #expect(try await client.getPool(GetPoolRequest(blocks: 5)).blocks.count == 1)
        #expect(try await LedgerAudit.run(ConnectionPool(PostgresSettings(conninfo), count: 1)).findings.isEmpty)
        try await Patience.wait(for: "metrics") {
            surroundings.metrics.exposition.contains("lode_ledger_imbalance_units 0")
        }
        running.cancel()
        try await running.value
    }

    private static func service(_ conninfo: String, _ surroundings: Surroundings) throws -> PayoutService {
        try PayoutService(
            PayoutSettings(
                network: LedgerFixture.network,
                fee: try #require(FeeRate(percent: "1")),
                windowFactor: try #require(WindowFactor("2")),
                depths: try #require(BlockDepths(immature: 10, confirmed: 100, chainMaturity: 100))
            ),
            database: PostgresSettings(conninfo),
            wallet: ScriptedWallet(),
            listening: [.tcp(host: "127.0.0.1", port: 0)],
            surroundings: surroundings
        )
    }
}
