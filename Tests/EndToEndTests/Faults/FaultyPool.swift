import Foundation
import Hashing
import PayoutService
import PostgresClient
import TestSupport

/// `lode all` with a proxy between it and its node, and another one between it and its database; any of the three may
/// be killed.
actor FaultyPool {
    nonisolated let node: RegtestNode
    nonisolated let director = FaultDirector()
    nonisolated let url: String
    /// Where operators ask.
    nonisolated let adminURL: String
    /// The database, not by way of the proxy.
    nonisolated let database: ConnectionPool

    private let postgres: PrivatePostgres
    private let folder: ScratchFolder
    private let proxies: (node: NodeProxy, postgres: PostgresProxy)
    private var lode: TestProcess?
    private var isPostgresUp = true
    private var candidates: FolderWatch?
    /// What the watch has seen, told one after the other.
    private var telling: Task<Void, Never>?

    /// What differs from the standards: a pool that is quick, and pays all there is.
    ///
    /// The section of payouts is the last one: what a way of paying needs is added to it.
    private static let settings = """
        pool:
          share_difficulty: 0.00002
          pplns_factor: 1
        bins:
          first_size: 4000
          minimum_size: 500
          target_seconds: 1
        jobs:
          poll_seconds: 0.1
        chain:
          poll_seconds: 0.1
        payouts:
          interval_seconds: 1
          threshold: 10000
          confirmations: 1
        """

    private init(
        _ node: RegtestNode,
        _ postgres: PrivatePostgres,
        _ database: String,
        _ folder: ScratchFolder,
        url: String,
        adminURL: String
    ) throws {
        self.node = node
        self.postgres = postgres
        self.folder = folder
        self.url = url
        self.adminURL = adminURL
        self.database = ConnectionPool(PostgresSettings(postgres.conninfo(database: database)), count: 1)
        proxies = (
            try NodeProxy(to: node.main.rpcPort, director), try PostgresProxy(to: postgres.socketPath, director)
        )
    }

    /// Starts a node, and the pool on a new database; both as a way of paying needs them.
    static func start(_ postgres: PrivatePostgres, _ way: PayoutWay = .straight) async throws -> FaultyPool {
        let node = try await RegtestNode.start(
            blocks: 101,
            extraArguments: way.nodeArguments,
            isPeerDeaf: way != .straight
        )
        if way == .cold { try await ColdWallet.make(on: node) }
        try await node.activateMWEB()
        let conninfo = try await postgres.freshDatabase()
        let name = conninfo.split(separator: "=").last.map(String.init) ?? ""
        let folder = try ScratchFolder("faults")
        let port = try LoopbackPort.free()
        let admin = "127.0.0.1:\(try LoopbackPort.free())"
        let url = "http://127.0.0.1:\(port)"
        let pool = try FaultyPool(node, postgres, name, folder, url: url, adminURL: "http://\(admin)")
        let configuration = """
            network: \(node.main.chain.networkName)
            secret: \(Hex.string((0..<32).map { _ in UInt8.random(in: 0...255) }))
            nodes:
              - url: \(pool.proxies.node.url)
                user: \(RegtestDaemon.user)
                password: \(RegtestDaemon.password)
            wallet:
              name: \(way == .cold ? ColdWallet.watchingName : RegtestNode.walletName)
            postgres:
              url: "\(pool.proxies.postgres.conninfo(database: name))"
            gateway:
              listen: 127.0.0.1:\(port)
            stratum:
              listen: 127.0.0.1:\(try LoopbackPort.free())
              tls_listen: 127.0.0.1:\(try LoopbackPort.free())
            admin:
              listen: \(admin)
            \(([settings] + way.payoutSettings.map { "  " + $0 }).joined(separator: "\n"))
            """
        try configuration.write(toFile: folder.path + "/lode.yaml", atomically: true, encoding: .utf8)
        try await pool.mend()
        return pool
    }

    func stop() async {
        telling?.cancel()
        await lode?.stop()
        await node.stop()
    }

    func killLode() async {
        let victim = lode  // another one may be started meanwhile
        victim?.kill()
        _ = await victim?.waitForExit()
    }

    func killPostgres() async {
        isPostgresUp = false
        try? await postgres.stop(crashing: true)
    }

    func killNode() async {
        await node.main.kill()
    }

    /// Starts again whatever is dead, as their supervisors would.
    func mend() async throws {
        if !isPostgresUp {
            try await postgres.start()
            isPostgresUp = true
        }
        if !node.main.isRunning {
            try await node.main.start()
            // What it had not written down yet it learns from its neighbour.
            try await node.join()
        }
        if lode?.isRunning != true {
            lode = try await TestProcess(
                PoolUnderTest.binary,
                ["all", "--config", folder.path + "/lode.yaml"],
                environment: ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LODE_") }
                    .merging(["LODE_DATA_FOLDER": folder.path + "/data"]) { $1 },
                outputPath: folder.path + "/lode.log"
            )
        }
    }

    /// Makes the storing of candidates a step like those that the proxies see.
    func watchCandidates() throws {
        guard candidates == nil else { return }
        let (moments, continuation) = AsyncStream.makeStream(of: FaultDirector.Moment.self)
        candidates = try FolderWatch(folder.path + "/data/chain") { name, change in
            switch change {
            case .created: continuation.yield(.before)
            case .renamed where name.hasSuffix(".block"): continuation.yield(.after)
            case .renamed, .removed: break
            }
        }
        telling = Task { [director] in
            for await moment in moments { await director.candidate(moment) }
        }
    }

    /// Mends until `condition` holds; whatever fails meanwhile is tried again.
    func wait(for what: String, until condition: () async throws -> Bool) async throws {
        do {
            try await Patience.wait(for: what, atMost: .seconds(120)) {
                // The next fault may strike while it is being mended.
                guard (try? await mend()) != nil else { return false }
                return (try? await condition()) ?? false
            }
        } catch {
            print(what, log.suffix(8_000))
            throw error
        }
    }

    var log: String { (try? String(contentsOfFile: folder.path + "/lode.log", encoding: .utf8)) ?? "" }

    /// Looks through the books.
    func audit() async throws -> LedgerAudit { try await LedgerAudit.run(database) }
}
