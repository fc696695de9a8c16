import Foundation
import Hashing
import JSON
import PayoutService
import PostgresClient
import System
import TestSupport
import Testing

/// The real pool: the binary `lode` on a real node, as one process or as five.
actor PoolUnderTest {
    enum Topology: String, CaseIterable, Sendable, CustomTestStringConvertible {
        /// `lode all`: its services talk over inproc, and it brings its own Postgres.
        case oneProcess
        /// One process a service, over tcp.
        case fiveProcesses

        var testDescription: String {
            switch self {
            case .oneProcess: "lode all"
            case .fiveProcesses: "five processes"
            }
        }

        var commands: [String] {
            switch self {
            case .oneProcess: ["all"]
            case .fiveProcesses: ["payouts", "chain", "jobs", "shares", "gateway"]
            }
        }
    }

    nonisolated let topology: Topology
    nonisolated let node: RegtestNode
    nonisolated let url: String
    /// Of Stratum: plain, and with TLS.
    nonisolated let stratumPorts: [UInt16]

    private let folder: ScratchFolder
    /// Ends what outlives a killed lode, however the test process ends.
    private let undertaker: Supervisor
    private let configurationPath: String
    /// Of the ledger's database; `nil` when lode brings its own.
    private let database: String?
    /// Where a second replica of the ShareService listens; `nil` when there is only one.
    private let secondSharesAddress: String?
    private var processes: [String: TestProcess] = [:]
    /// Of each process that was started.
    private var adminAddresses: [String: String] = [:]

    /// Of shares, on the scale of Stratum.
    static let easiest = "0.00002"

    /// What every test's pool is set to, unless it asks for something else.
    ///
    /// On regtest every second hash solves a block. At this share difficulty three of four are shares, so that a test
    /// has all kinds at hand without a search: hashes that solve, hashes that are only shares, and hashes that are neither.
    private static let standards: [String: String] = [
        "pool.share_difficulty": "0.00002",
        "pool.pplns_factor": "100000",
        "bins.first_size": "4000",
        "bins.minimum_size": "500",
        "bins.target_seconds": "1",
        "jobs.poll_seconds": "0.1",
        "chain.poll_seconds": "0.1",
        "payouts.interval_seconds": "1",
        "payouts.threshold": "100000",
        "payouts.confirmations": "1",
        "stratum.start_difficulty": easiest,
        "stratum.minimum_difficulty": easiest,
        "stratum.share_seconds": "0.25",
        "stratum.retarget_seconds": "2",
        "gateway.client_requests_per_second": "5000",
        "gateway.address_requests_per_second": "5000",
        "log.level": "info",
    ]

    /// A lode that is killed leaves its database running for the next one: after the last one it is ended here.
    private static let undertaking = #"""
        trap '' INT TERM HUP PIPE
        while read -r _; do :; done
        server=$(head -n 1 "$1/all/postgres/cluster/postmaster.pid" 2>/dev/null) && kill -INT "$server"
        while [ -n "$server" ] && kill -0 "$server" 2>/dev/null; do sleep 0.1; done
        rm -rf "$1"
        """#

    private init(
        topology: Topology,
        node: RegtestNode,
        folder: ScratchFolder,
        undertaker: Supervisor,
        configurationPath: String,
        database: String?,
        secondSharesAddress: String?,
        url: String,
        stratumPorts: [UInt16]
    ) {
        self.stratumPorts = stratumPorts
        self.database = database
        self.secondSharesAddress = secondSharesAddress
        self.topology = topology
        self.node = node
        self.folder = folder
        self.undertaker = undertaker
        self.configurationPath = configurationPath
        self.url = url
    }

    /// Starts the node, then the pool, and returns when the pool has a job.
    static func start(
        _ topology: Topology,
        settings: [String: String] = [:],
        withTwoShareServices: Bool = false,
        prepare: (RegtestNode) async throws -> Void = { _ in }
    ) async throws -> PoolUnderTest {
        let node = try await RegtestNode.start(blocks: 101)  // the wallet's first coins are spendable
        try await prepare(node)
        let folder = try ScratchFolder("pool")
        let database = topology == .fiveProcesses ? try await PrivatePostgres.freshDatabase() : nil
        let port = try LoopbackPort.free()
        let stratumPorts = [try LoopbackPort.free(), try LoopbackPort.free()]
        let secondSharesAddress = withTwoShareServices ? "tcp://127.0.0.1:\(try LoopbackPort.free())" : nil
        let configuration = try configuration(
            topology,
            node: node,
            database: database,
            dataFolder: folder.path,
            port: port,
            stratumPorts: stratumPorts,
            secondSharesAddress: secondSharesAddress,
            settings: standards.merging(settings) { $1 }
        )
        let path = folder.path + "/lode.yaml"
        try configuration.write(toFile: path, atomically: true, encoding: .utf8)
        let pool = PoolUnderTest(
            topology: topology,
            node: node,
            folder: folder,
            undertaker: try Supervisor(script: undertaking, arguments: [folder.path]),
            configurationPath: path,
            database: database,
            secondSharesAddress: secondSharesAddress,
            url: "http://127.0.0.1:\(port)",
            stratumPorts: stratumPorts
        )
        for command in await pool.commands { try await pool.start(command) }
        try await pool.waitForJob()
        return pool
    }

    /// Every process of this pool, in an order in which none waits for another.
    var commands: [String] {
        topology.commands.flatMap { $0 == "shares" && secondSharesAddress != nil ? [$0, Self.secondShares] : [$0] }
    }

    static let secondShares = "shares-2"

    func start(_ command: String) async throws {
        let isSecond = command == Self.secondShares
        var environment = try Self.environment(for: command, in: folder.path)
        if isSecond { environment["LODE_LISTEN_SHARES"] = secondSharesAddress }
        adminAddresses[command] = environment["LODE_ADMIN_LISTEN"]
        processes[command] = try await TestProcess(
            Self.binary,
            [isSecond ? "shares" : command, "--config", configurationPath],
            environment: environment,
            outputPath: folder.path + "/\(command).log"
        )
    }

    /// As the kernel's out-of-memory killer does it: nothing is finished, nothing is said.
    func kill(_ command: String) async {
        processes[command]?.kill()
        _ = await processes[command]?.waitForExit()
    }

    /// As Kubernetes does it.
    ///
    /// - Returns: How it ended.
    @discardableResult
    func terminate(_ command: String) async -> ChildProcess.Ending? {
        await processes[command]?.stop()
    }

    func stop() async {
        for command in commands.reversed() { await terminate(command) }
        await node.stop()
    }

    /// Looks through the books: sums, balances against their transfers, credits against rewards, payouts.
    func audit() async throws -> LedgerAudit {
        let own = "host='\(folder.path)/all/postgres/socket' user=lode dbname=postgres"
        let settings = PostgresSettings(database ?? own)
        return try await LedgerAudit.run(ConnectionPool(settings, count: 1))
    }

    /// The same, and the wallet, as an operator has it done: `lode ledger verify`.
    func verify() async throws -> LodeProgram.Outcome {
        let admin = adminAddresses["payouts"] ?? adminAddresses["all"] ?? ""
        return try await LodeProgram.run(["ledger", "verify", "--admin", admin], in: folder)
    }

    /// What a process has logged so far.
    func log(_ command: String) -> String {
        (try? String(contentsOfFile: folder.path + "/\(command).log", encoding: .utf8)) ?? ""
    }

    func waitForJob() async throws {
        let client = BinsClient(url: url)
        do {
            try await Patience.wait(for: "a job from the pool", atMost: .seconds(60)) {
                (try? await client.get("/getblock").status) == 200
            }
        } catch {
            for command in commands { print(command, log(command).suffix(4_000)) }
            throw error
        }
    }

    /// Returns when the pool's job builds on the node's best block.
    func waitForJobOnTheTip() async throws {
        let client = BinsClient(url: url)
        // A node that gave no templates for a while, as when its peer was gone, is asked again within a minute.
        try await Patience.wait(for: "a job on the node's tip", atMost: .seconds(120)) {
            let tip = try await node.main.bestBlockHash()
            return (try? await client.job().previousBlockHash) == tip
        }
    }

    /// Waits until `GET /status` satisfies `condition`, and gives it.
    func status(_ what: String, until condition: (JSON) throws -> Bool) async throws -> JSON {
        let client = BinsClient(url: url)
        var last = JSON.null
        do {
            try await Patience.wait(for: what, atMost: .seconds(60)) {
                guard let reply = try? await client.get("/status"), reply.status == 200 else { return false }
                last = reply.json
                return try condition(reply.json)
            }
        } catch {
            print("status:", String(decoding: last.encoded(), as: UTF8.self))
            for command in commands { print(command, log(command).suffix(6_000)) }
            throw error
        }
        return last
    }
}

extension PoolUnderTest {
    /// The binary that this test run built.
    static let binary: String = {
        let own = Bundle.main.executablePath.map { URL(filePath: $0).deletingLastPathComponent().path() } ?? ""
        let folders = [own, packageFolder + "/.build/debug"]
        return folders.map { $0 + "/lode" }.first { FileManager.default.isExecutableFile(atPath: $0) }
            ?? packageFolder + "/.build/debug/lode"
    }()

    static let packageFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path(percentEncoded: false)

    /// What differs between the processes of one pool: each has a data folder and a port for its figures.
    private static func environment(for command: String, in folder: String) throws -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LODE_") }
        environment["LODE_DATA_FOLDER"] = folder + "/" + command
        environment["LODE_ADMIN_LISTEN"] = "127.0.0.1:\(try LoopbackPort.free())"
        return environment
    }

    private static func configuration(
        _ topology: Topology,
        node: RegtestNode,
        database: String?,
        dataFolder: String,
        port: UInt16,
        stratumPorts: [UInt16],
        secondSharesAddress: String?,
        settings: [String: String]
    ) throws -> String {
        var sections: [String: [String]] = [:]
        for (key, value) in settings {
            let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
            sections[parts[0], default: []].append("  \(parts[1]): \(value)")
        }
        sections["gateway", default: []].append("  listen: 127.0.0.1:\(port)")
        for (key, port) in zip(["listen", "tls_listen"], stratumPorts) {
            sections["stratum", default: []].append("  \(key): 127.0.0.1:\(port)")
        }
        sections["wallet", default: []].append("  name: \(RegtestNode.walletName)")
        if let database { sections["postgres", default: []].append("  url: \"\(database)\"") }
        switch topology {
        case .oneProcess: break
        case .fiveProcesses:
            for name in ["jobs", "job_events", "shares", "blocks", "chain_events", "ledger"] {
                let address = "tcp://127.0.0.1:\(try LoopbackPort.free())"
                sections["listen", default: []].append("  \(name): \(address)")
                if name == "shares", let secondSharesAddress {
                    sections["connect"] = ["  shares: [\"\(address)\", \"\(secondSharesAddress)\"]"]
                }
            }
        }
        let lines = [
            "network: \(node.main.chain.networkName)",
            "secret: \(Hex.string((0..<32).map { _ in UInt8.random(in: 0...255) }))",
            "nodes:",
            "  - url: \(node.main.url)",
            "    user: \(RegtestDaemon.user)",
            "    password: \(RegtestDaemon.password)",
        ]
        let rest = sections.sorted { $0.key < $1.key }.flatMap { ["\($0.key):"] + $0.value.sorted() }
        return (lines + rest).joined(separator: "\n") + "\n"
    }
}
