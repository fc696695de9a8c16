import Foundation
import HTTPClient
import System
import TestSupport
import Testing

/// `lode all` without a node: it must come up, wait, and end as told.
@Suite(.serialized) struct RunningTests {
    private let folder: ScratchFolder
    private let adminPort: UInt16
    private let gatewayPort: UInt16
    private let stratumPorts: (plain: UInt16, encrypted: UInt16)

    init() throws {
        folder = try ScratchFolder("running")
        // PostgreSQL's user must get through.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        adminPort = try LoopbackPort.free()
        gatewayPort = try LoopbackPort.free()
        stratumPorts = (try LoopbackPort.free(), try LoopbackPort.free())
    }

    private var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "LODE_NETWORK": "litecoin-regtest",
            "LODE_DATA_FOLDER": "\(folder.path)/data", "LODE_ADMIN_LISTEN": "127.0.0.1:\(adminPort)",
            "LODE_GATEWAY_LISTEN": "127.0.0.1:\(gatewayPort)", "LODE_JOBS_POLL_SECONDS": "0.1",
            "LODE_STRATUM_LISTEN": "127.0.0.1:\(stratumPorts.plain)",
            "LODE_STRATUM_TLS_LISTEN": "127.0.0.1:\(stratumPorts.encrypted)",
            "LODE_NODES": "[{url: 'http://127.0.0.1:1', user: none, password: none}]",
        ]
    }

    private var log: String {
        (try? String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)) ?? ""
    }

    private func start() async throws -> TestProcess {
        try await TestProcess(LodeProgram.path, ["all"], environment: environment, outputPath: "\(folder.path)/log")
    }

    private func admin(_ path: String) async throws -> HTTPResponse {
        try await HTTPConnection().send(
            HTTPRequest(
                method: "GET",
                url: "http://127.0.0.1:\(adminPort)\(path)",
                timeout: .seconds(5),
                responseByteCountMax: 1 << 20
            )
        )
    }

    private func waitUntilAlive(_ lode: TestProcess) async throws {
        try await Patience.wait(for: "the pool's start") {
            guard lode.isRunning else {
                Issue.record("it has ended: \(String(describing: await lode.waitForExit()))\n\(log)")
                throw CancellationError()
            }
            return (try? await admin("/healthz").status) == 200
        }
    }

    /// The private server's number; `nil` when none runs.
    private var postgres: Int32? {
        let file = "\(folder.path)/data/postgres/cluster/postmaster.pid"
        guard let bytes = try? DurableFile.read(file, byteCountMax: 4_096),
            let number = Int32(String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)),
            ProcessSignal.isAlive(number)
        else { return nil }
        return number
    }

    @Test func itWaitsForItsNodeSaysSoAndEndsWhenTold() async throws {
        let lode = try await start()
        try await waitUntilAlive(lode)
        let readiness = try await admin("/readyz")
        #expect(readiness.status == 503)
        #expect(try await admin("/metrics").status == 200)
        #expect(postgres != nil)
        #expect(await lode.stop() == .exited(status: 0), "\(log)")
        #expect(postgres == nil)
    }

    @Test func anOperatorIsAnsweredByTheRunningPool() async throws {
        let lode = try await start()
        try await waitUntilAlive(lode)
        try await Patience.wait(for: "the ledger's database") { try await admin("/payouts").status == 200 }
        func typed(_ words: String...) async throws -> (output: String, status: Int32?) {
            let outcome = try await LodeProgram.run(
                words + ["--admin", "127.0.0.1:\(adminPort)"],
                environment: ["USER": "alice"],
                in: folder
            )
            return (outcome.output, outcome.status)
        }
        #expect(try await typed("payouts", "list") == ("no such payouts\n", 0))
        #expect(try await typed("payouts", "list", "--json") == (#"{"payouts":[],"next":null}"# + "\n", 0))
        let missing = "lode: 127.0.0.1:\(adminPort): there is no payout 7.\n"
        #expect(try await typed("payouts", "show", "7") == (missing, 1))
        #expect(try await typed("payouts", "retry", "7") == (missing, 1))
        let kept = try await typed("audit", "--payout", "7")
        #expect(kept.status == 0)
        #expect(kept.output.contains("  alice@"))
        #expect(kept.output.hasSuffix("  payout retry  payout 7  refused: there is no such payout\n"), "\(kept.output)")
        #expect(await lode.stop() == .exited(status: 0), "\(log)")
        let away = try await typed("payouts", "list")
        #expect(away.status == 1)
        #expect(away.output.contains("no payout service answers there"))
    }

    @Test func toldWhileItStillStartsItLeavesNothingBehind() async throws {
        let lode = try await start()
        try await Patience.wait(for: "the making of the database") {
            try #require(lode.isRunning, "\(log)")
            return DurableFile.exists("\(folder.path)/data/postgres/cluster.new/PG_VERSION") || postgres != nil
        }
        #expect(await lode.stop() == .exited(status: 0), "\(log)")
        #expect(postgres == nil)
    }

    @Test func aKilledPoolLeavesItsDatabaseToTheNextOne() async throws {
        let first = try await start()
        try await waitUntilAlive(first)
        let before = try #require(postgres)
        first.kill()
        await first.waitForExit()
        #expect(postgres == before)
        let second = try await start()
        try await waitUntilAlive(second)
        #expect(postgres == before)
        #expect(await second.stop() == .exited(status: 0))
        #expect(postgres == nil)
    }

    @Test func killedTogetherWithItsDatabaseItStartsAgainAtOnce() async throws {
        var lode = try await start()
        try await waitUntilAlive(lode)
        for _ in 0..<3 {
            let database = try #require(postgres)
            lode.kill()
            ProcessSignal.kill.send(to: database)
            await lode.waitForExit()
            lode = try await start()
            try await waitUntilAlive(lode)
            #expect(postgres != database)
        }
        #expect(await lode.stop() == .exited(status: 0), "\(log)")
        #expect(postgres == nil)
    }

    @Test func moreConnectionsThanFilesMayBeOpenDoNoHarm() async throws {
        let fileCountMax = 400
        let lode = try await TestProcess(
            "/bin/sh",
            ["-c", "ulimit -n \(fileCountMax) && exec \"$0\" all", LodeProgram.path],
            environment: environment.merging(["LODE_GATEWAY_CONNECTIONS_PER_ADDRESS_MAX": "1000"]) { $1 },
            outputPath: "\(folder.path)/log"
        )
        try await waitUntilAlive(lode)
        let warnings = log.split(separator: "\n").filter { $0.contains("gateway.connections_max") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("wanted=10000 possible=144") == true, "\(warnings)")
        let idle = try (0..<2 * fileCountMax).map { _ in try LoopbackSocket(port: gatewayPort) }
        // Also what is started now still gets its descriptors.
        for _ in 0..<10 { #expect(try await admin("/healthz").status == 200) }
        #expect(postgres != nil)
        for socket in idle { socket.abort() }
        #expect(await lode.stop() == .exited(status: 0), "\(log)")
    }

    @Test func aSecondOneOnTheSameFolderIsRefused() async throws {
        let first = try await start()
        try await waitUntilAlive(first)
        let second = try await LodeProgram.run(
            ["all"],
            environment: environment.merging(["LODE_ADMIN_LISTEN": "127.0.0.1:0"]) { $1 },
            in: folder
        )
        #expect(second.status == 1)
        #expect(second.output.contains("is in use by another lode (process \(first.processID))"), "\(second.output)")
        #expect(postgres != nil)
        #expect(await first.stop() == .exited(status: 0))
    }

    @Test(arguments: ["LODE_ADMIN_LISTEN", "LODE_GATEWAY_LISTEN"])
    func aBusyPortIsOneSentenceAndNothingIsLeft(_ variable: String) async throws {
        let socket = try LoopbackListener()
        let outcome = try await LodeProgram.run(
            ["all"],
            environment: environment.merging([variable: "127.0.0.1:\(socket.port)"]) { $1 },
            in: folder
        )
        #expect(outcome.status == 1)
        let sentences = outcome.output.split(separator: "\n").filter { $0.hasPrefix("lode: ") }
        #expect(sentences == ["lode: 127.0.0.1:\(socket.port) is in use by another program"])
        #expect(postgres == nil)
    }
}
