import EventLoop
import Gateway
import JSON
import MiningDomain
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

/// A gateway with its Stratum doors open, in front of a pool that the test makes up.
struct StratumFixture: Sendable {
    /// How miners connect.
    enum Door: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case plain, encrypted

        var testDescription: String { rawValue }
    }

    static let account = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3"
    static let otherAccount = "rltc1qqqqsyqcyq5rqwzqfpg9scrgwpugpzysnrwhxws"
    static let worker = account + ".rig1"

    /// Made once: keys take time.
    private static let identity: (folder: ScratchFolder, tls: TLSIdentity)? = {
        guard let folder = try? ScratchFolder("tls") else { return nil }
        let (certificate, key) = (folder.path + "/certificate", folder.path + "/key")
        let tls = try? TLSIdentity.selfSigned(commonName: "127.0.0.1", certificateFile: certificate, keyFile: key)
        return tls.map { (folder, $0) }
    }()

    let gateway: GatewayFixture
    let door: Door
    private let miners = Crowd()

    /// Whoever connected, to leave in the end.
    private final class Crowd: Sendable {
        let all = Mutex<[StratumMiner]>([])
    }

    var pool: FakePool { gateway.pool }
    var port: UInt16 { gateway.gateway.stratumPorts[door == .plain ? 0 : 1] }

    static func settings() throws -> StratumSettings {
        var settings = StratumSettings()
        settings.plain = ("127.0.0.1", 0)
        settings.encrypted = ("127.0.0.1", 0, try #require(identity).tls)
        settings.startDifficulty = try #require(Difficulty("16"))
        settings.minimumDifficulty = try #require(Difficulty("0.001"))
        settings.maximumDifficulty = try #require(Difficulty("1000000"))
        return settings
    }

    @discardableResult static func run<Result: Sendable>(
        _ door: Door = .plain,
        _ pool: FakePool = FakePool(),
        settings: StratumSettings? = nil,
        gatewaySettings: GatewaySettings = GatewayFixture.settings(),
        clock: any WallClock = SystemClock(),
        bansFolder: ScratchFolder? = nil,
        _ body: (StratumFixture) async throws -> Result
    ) async throws -> Result {
        try await GatewayFixture.run(
            pool,
            settings: gatewaySettings,
            stratum: try settings ?? Self.settings(),
            bansFolder: bansFolder,
            clock: clock
        ) { gateway in
            let fixture = StratumFixture(gateway: gateway, door: door)
            do {
                let result = try await body(fixture)
                await fixture.leave()
                return result
            } catch {
                await fixture.leave()
                throw error
            }
        }
    }

    private func leave() async {
        let miners = miners.all.withLock { miners in
            defer { miners = [] }
            return miners
        }
        for miner in miners { await miner.stop() }
    }

    func connect() throws -> StratumMiner {
        let miner = try StratumMiner(port: port, tls: door == .plain ? nil : ClientTLS.unverified())
        miners.all.withLock { $0.append(miner) }
        return miner
    }

    /// A miner that has subscribed and authorized, and the job that it was given.
    func member(_ name: String = worker, password: String = "x") async throws -> (StratumMiner, WireJob) {
        let miner = try connect()
        let answer = try await miner.call("mining.subscribe", ["test/1"])
        let job = WireJob(try await miner.notice("mining.notify"), answer)
        #expect(try await miner.call("mining.authorize", [JSON(name), JSON(password)])["result"] == true)
        return (miner, job)
    }
}

/// What a test's miner knows of a job.
struct WireJob: Sendable {
    let id: String
    let time: String
    let isClean: Bool
    let extranonce1: String
    /// The name to come back under.
    let session: JSON

    init(_ notice: [JSON], _ subscribed: JSON = nil) {
        id = notice.first?.string ?? ""
        time = notice.dropFirst(7).first?.string ?? ""
        isClean = notice.last?.bool ?? false
        let result = subscribed["result"]?.array
        extranonce1 = result?.dropFirst().first?.string ?? ""
        session = result?.first?.array?.first?.array?.last ?? nil
    }

    /// The parameters of a submit; `nonce` tells the pool's answer.
    func share(_ nonce: UInt32, worker: String = StratumFixture.worker, extranonce2: String = "0000000a") -> JSON {
        [JSON(worker), JSON(id), JSON(extranonce2), JSON(time), JSON(Self.hex(nonce))]
    }

    static func hex(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension StratumFixture {
    /// Returns when a miner that subscribes now is given work.
    func settleJob() async throws { try await gateway.settleJob() }

    /// Waits until the gateway counts so many open Stratum connections.
    func settle(connections count: Int) async throws {
        try await settle("lode_stratum_connections", at: count)
    }

    /// Waits until a figure of the gateway's is at least so large, or exactly so for a gauge.
    func settle(_ figure: String, at value: Int) async throws {
        try await Patience.wait(for: "\(figure) to be \(value)") { self.figure(figure) == value }
    }

    /// A counter or gauge as an operator reads it; 0 when nothing was counted.
    func figure(_ name: String) -> Int {
        let lines = gateway.surroundings.metrics.exposition.split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
    }
}
