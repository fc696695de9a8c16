import BlockFormat
import Foundation
import HTTPClient
import PostgresClient
import System

/// The release build of `lode all`, which stands beside this program, with all it keeps in a folder of its own.
final class BenchPool: Sendable {
    private static let startTime: Duration = .seconds(120)
    private static let stopTime: Duration = .seconds(60)
    /// The easiest share there is: one hash of four counts, so that the load costs the load generator little.
    private static let difficulty = "0.000000001"

    let port: UInt16
    let encryptedPort: UInt16
    private let folder: String
    private let process: ChildProcess

    /// Returns when the pool has a job; `others` are settings by their names in the environment, instead of those that let
    /// a load do what it likes.
    init(node: String, with others: [String: String] = [:]) async throws {
        folder = "/tmp/lode-bench-stratum-\(ProcessEnvironment.processID)"
        try Folder.create(folder)
        port = try await FreePort.find()
        encryptedPort = try await FreePort.find()
        let web = try await FreePort.find()
        let settings = [
            "NETWORK": BenchChain.network.name,
            "DATA_FOLDER": folder,
            "NODES": "[{url: \"\(node)\", user: bench, password: bench}]",
            "LOG_LEVEL": "warning",
            "ADMIN_LISTEN": "127.0.0.1:\(try await FreePort.find())",
            "GATEWAY_LISTEN": "127.0.0.1:\(web)",
            "PAYOUTS_ENABLED": "false",
            "STRATUM_LISTEN": "127.0.0.1:\(port)",
            "STRATUM_TLS_LISTEN": "127.0.0.1:\(encryptedPort)",
            "STRATUM_CONNECTIONS_MAX": "100000",
            "STRATUM_CONNECTIONS_PER_ADDRESS_MAX": "100000",
            "STRATUM_LINES_PER_SECOND_MAX": "1000000",
            "STRATUM_BAN_INVALID_PERCENT": "0",
            "STRATUM_START_DIFFICULTY": Self.difficulty,
            "STRATUM_MINIMUM_DIFFICULTY": Self.difficulty,
            "STRATUM_MAXIMUM_DIFFICULTY": Self.difficulty,
        ]
        var environment = ProcessEnvironment.variables.filter { !$0.key.hasPrefix("LODE_") }
        for (name, value) in settings.merging(others, uniquingKeysWith: { $1 }) { environment["LODE_\(name)"] = value }
        process = try ChildProcess(
            Command(try Self.program, ["all"], environment: environment, output: .file(folder + "/log"))
        )
        do {
            try await waitForJob("http://127.0.0.1:\(web)/getblock")
        } catch {
            try await stop()
            throw error
        }
    }

    /// Ends it and removes its folder.
    func stop() async throws {
        process.send(.terminate)
        if await process.ending(within: Self.stopTime) == nil {
            process.send(.kill)
            _ = await process.ending()
        }
        try Folder.removeTree(folder)
    }

    /// The ledger's database.
    var database: PostgresConnection {
        var settings = PostgresSettings("host='\(folder)/postgres/socket' user=lode dbname=postgres")
        settings.statementTimeout = .seconds(60)
        return PostgresConnection(settings)
    }

    /// What the pool's process and its database's processes have used so far.
    var cpu: (own: Duration, database: Duration) {
        let server = (try? String(contentsOfFile: "\(folder)/postgres/cluster/postmaster.pid", encoding: .utf8))?
            .split(separator: "\n").first.flatMap { Int32($0) }
        return (ProcessUse.time(of: process.processID), server.map { ProcessUse.timeOfFamily(of: $0) } ?? .zero)
    }

    var residentByteCount: Int { ProcessUse.residentByteCount(of: process.processID) }

    var processID: Int32 { process.processID }

    private func waitForJob(_ url: String) async throws {
        let deadline = ContinuousClock.now + Self.startTime
        let connection = HTTPConnection()
        while .now < deadline, process.isRunning {
            let request = HTTPRequest(method: "GET", url: url, body: [])
            if let response = try? await connection.send(request), response.status == 200 { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
        throw StratumBenchError.noPool(log: String(log.suffix(2_000)))
    }

    private static var program: String {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let path = Folder.parent(of: own) + "/lode"
            guard DurableFile.exists(path) else { throw StratumBenchError.noProgram(path) }
            return path
        }
    }
}

enum StratumBenchError: Error {
    /// `script/bench` builds it.
    case noProgram(String)
    case noPool(log: String)
    case noPort
    case notReady(connections: Int, of: Int)
}
