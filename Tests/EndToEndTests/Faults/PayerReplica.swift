import Foundation
import Hashing
import Messages
import Messaging
import ServiceRuntime
import TestSupport

/// A replica of the payout service, a process of its own, behind proxies of its own.
final class PayerReplica: Sendable {
    let director = FaultDirector()
    let ledger: LedgerClient
    let process: TestProcess

    private let proxies: (node: NodeProxy, postgres: PostgresProxy)
    private let folder: ScratchFolder

    /// How long the other replica waits before it takes over.
    static let takeover = Duration.seconds(2)

    /// `database` is the name of a database of `postgres`.
    init(_ node: RegtestNode, _ postgres: PrivatePostgres, database: String) async throws {
        proxies = (
            try NodeProxy(to: node.main.rpcPort, director), try PostgresProxy(to: postgres.socketPath, director)
        )
        folder = try ScratchFolder("payer")
        let address = "tcp://127.0.0.1:\(try LoopbackPort.free())"
        let configuration = """
            network: \(node.main.chain.networkName)
            secret: \(String(repeating: "5e", count: 32))
            nodes:
              - url: \(proxies.node.url)
                user: \(RegtestDaemon.user)
                password: \(RegtestDaemon.password)
            wallet:
              name: \(RegtestNode.walletName)
            postgres:
              url: "\(proxies.postgres.conninfo(database: database))"
            listen:
              ledger: \(address)
            admin:
              listen: 127.0.0.1:\(try LoopbackPort.free())
            payouts:
              interval_seconds: 1
              threshold: 10000
              confirmations: 1
              takeover_seconds: \(Self.takeover.components.seconds)
            """
        let path = folder.path + "/lode.yaml"
        try configuration.write(toFile: path, atomically: true, encoding: .utf8)
        process = try await TestProcess(
            PoolUnderTest.binary,
            ["payouts", "--config", path],
            environment: ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LODE_") }
                .merging(["LODE_DATA_FOLDER": folder.path + "/data"]) { $1 },
            outputPath: folder.path + "/lode.log"
        )
        ledger = LedgerClient(
            try RPCClient(dialing: [try MessagingAddress(parsing: address)], metrics: Metrics()),
            timeout: .seconds(10)
        )
    }

    var log: String { (try? String(contentsOfFile: folder.path + "/lode.log", encoding: .utf8)) ?? "" }

    /// Gives an account one block's whole reward but the fee, spendable at once; waits until the replica can.
    func earn(_ address: String, block number: UInt64, reward: UInt64 = 1_000_000_000) async throws {
        let hash = Hash256.sha256d(of: (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }).bytes
        let client = Client(address: address, worker: "rig1", clientID: [UInt8](repeating: 1, count: 16))
        var shares = RecordSharesRequest()
        shares.clients = [client]
        shares.clientPlaces = [0]
        shares.proofHashes = hash
        shares.jobIDs = [.max]
        shares.submissionIDs = [number]
        shares.works = [1_000_000]
        shares.judgedAtMs = [1_790_000_000_000]
        let report = BlockReport(
            hash: hash,
            height: 500,
            jobID: 7,
            finder: client,
            state: .confirmed,
            confirmations: 100,
            reward: reward,
            networkTarget: [0x7f] + [UInt8](repeating: 0xff, count: 31),
            foundAtMs: 1_790_000_000_000
        )
        try await Patience.wait(for: "the ledger") {
            guard (try? await ledger.recordShares(shares)) != nil else { return false }
            return (try? await ledger.recordBlock(report)) != nil
        }
    }
}
