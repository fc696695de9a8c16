import HTTPServer
import JSON
import Messages
import System
import TestSupport
import Testing

@testable import Gateway

/// Who sends too many invalid shares is turned away for a while.
@Suite(.timeLimit(.minutes(1))) struct StratumBanTests {
    /// Nonces from here on are judged otherwise than accepted.
    private static let bad: UInt32 = 1_000

    private static func send(
        _ valid: Int,
        _ invalid: Int,
        _ status: ShareStatus = .lowDifficulty,
        _ miner: StratumMiner,
        _ job: WireJob,
        _ pool: StratumFixture
    ) async throws {
        pool.pool.update { state in
            for nonce in bad..<bad + UInt32(invalid) { state.sessions.statuses[nonce] = status }
        }
        for nonce in 0..<UInt32(valid) { try await miner.call("mining.submit", job.share(nonce)) }
        for nonce in bad..<bad + UInt32(invalid) {
            let share = String(decoding: job.share(nonce).encoded(), as: UTF8.self)
            miner.send("{\"id\":99,\"method\":\"mining.submit\",\"params\":\(share)}")
            // The last answer may be the last of all.
            _ = try? await miner.answer(to: 99)
        }
    }

    @Test(arguments: [(35, 15, true), (36, 14, false), (0, 49, false), (0, 50, true), (49, 0, false), (200, 60, false)])
    func thirtyPercentOfFiftySharesAreTooMany(valid: Int, invalid: Int, isBanned: Bool) async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member()
            try await Self.send(valid, invalid, .lowDifficulty, miner, job, pool)
            #expect(pool.gateway.bans.all.count == (isBanned ? 1 : 0))
            if !isBanned { #expect(try await miner.call("mining.ping")["result"] == "pong") }
        }
    }

    /// The kernel spreads the connections of one address over the loops, and none of them sees enough.
    @Test(arguments: [(35, 15, true), (36, 14, false), (0, 49, false), (0, 50, true)])
    func sharesAreCountedOverAllLoops(valid: Int, invalid: Int, isBanned: Bool) async throws {
        var settings = try StratumFixture.settings()
        settings.threadCount = 4
        try await StratumFixture.run(settings: settings) { pool in
            var members: [(StratumMiner, WireJob)] = []
            for _ in 0..<10 { members.append(try await pool.member(password: "fd=16")) }
            pool.pool.update { state in
                for nonce in 0..<UInt32(invalid) { state.sessions.statuses[Self.bad + nonce] = .lowDifficulty }
            }
            for number in 0..<valid {
                let (miner, job) = members[number % members.count]
                #expect(try await miner.call("mining.submit", job.share(UInt32(number)))["result"] == true)
            }
            for number in 0..<invalid {
                #expect(pool.gateway.bans.all.isEmpty)
                let (miner, job) = members[number % members.count]
                // The last answer may be the last of all.
                _ = try? await miner.refusal("mining.submit", job.share(Self.bad + UInt32(number)))
            }
            #expect(pool.gateway.bans.all.count == (isBanned ? 1 : 0))
            for (miner, _) in members {
                if isBanned {
                    #expect(try await miner.closing().last?.contains("Banned: too many invalid shares") == true)
                } else {
                    try await miner.call("mining.ping")
                }
            }
        }
    }

    @Test(
        arguments: [ShareStatus.lowDifficulty, .duplicate, .outsideBin, .timeOutOfRange, .hashMismatch]
    )
    func everyInvalidVerdictCounts(status: ShareStatus) async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member()
            clock.advance(by: .seconds(61))
            try await Self.send(0, 50, status, miner, job, pool)
            #expect(pool.gateway.bans.all.count == 1)
        }
    }

    @Test func whoHasJustConnectedMaySendAgainWhatIsThereAlready() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member()
            clock.advance(by: .seconds(60))
            try await Self.send(0, 100, .duplicate, miner, job, pool)
            #expect(pool.gateway.bans.all.isEmpty)
            #expect(try await miner.call("mining.ping")["result"] == "pong")
        }
    }

    @Test func sharesOfNamesThatWereNotLetInBanNobody() async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member()
            try await Self.send(0, 100, .unauthorized, miner, job, pool)
            #expect(pool.gateway.bans.all.isEmpty)
            #expect(try await miner.call("mining.ping")["result"] == "pong")
        }
    }

    /// Each of them is hashed, as it may be a block.
    @Test func whoSendsManyOfThemIsClosedAndItsNeighboursAreNot() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member()
            let (neighbour, neighboursJob) = try await pool.member()
            let countMax = StratumSession.strangerShareCountMax
            for _ in 0..<2 {
                for nonce in 0..<UInt32(countMax) {
                    let refusal = try await miner.refusal("mining.submit", job.share(nonce, worker: "nobody"))
                    #expect(refusal == "24 Unauthorized worker")
                }
                clock.advance(by: .milliseconds(Int64(StratumSession.strangerShareMs)))
            }
            for nonce in 0...UInt32(countMax) {
                let share = String(decoding: job.share(nonce, worker: "nobody").encoded(), as: UTF8.self)
                miner.send("{\"id\":99,\"method\":\"mining.submit\",\"params\":\(share)}")
            }
            #expect(try await miner.closing().last?.contains("Too many shares of names") == true)
            #expect(try await neighbour.call("mining.submit", neighboursJob.share(1))["result"] == true)
            #expect(pool.pool.read { $0.sessions.shareCount } == 3 * countMax + 1)
            #expect(pool.gateway.bans.all.isEmpty)
        }
    }

    @Test func sharesThatNobodyCanReadCountToo() async throws {
        try await StratumFixture.run { pool in
            let (miner, _) = try await pool.member()
            for _ in 0..<50 { miner.send(#"{"id":99,"method":"mining.submit","params":["x"]}"#) }
            #expect(try await miner.closing().last?.contains("Banned: too many invalid shares") == true)
            #expect(pool.gateway.bans.all.count == 1)
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func allConnectionsOfTheAddressEndUntilTheBanDoesOrIsLifted(door: StratumFixture.Door) async throws {
        let folder = try ScratchFolder("bans")
        let clock = ManualClock()
        let address = try #require(RemoteAddress("127.0.0.1"))
        try await StratumFixture.run(door, clock: clock, bansFolder: folder) { pool in
            let (other, _) = try await pool.member()
            let (miner, job) = try await pool.member()
            let elsewhere = try LoopbackSocket(port: pool.gateway.gateway.stratumPorts[0], from: "127.0.0.9")
            clock.advance(by: .seconds(31))
            try await Self.send(0, 50, .lowDifficulty, miner, job, pool)
            #expect(try await other.closing().last?.contains("Banned: too many invalid shares") == true)
            try await miner.closing()
            try await pool.connect().closing()
            #expect(pool.figure("lode_stratum_bans_total") == 1)
            try await elsewhere.send("{\"id\":1,\"method\":\"mining.ping\"}\n")
            #expect(try await elsewhere.receive(until: "\n").contains("pong"))
        }
        // A restart pardons nobody.
        try await StratumFixture.run(door, clock: clock, bansFolder: folder) { pool in
            #expect(pool.gateway.bans.ban(of: address) != nil)
            try await pool.connect().closing()
            #expect(pool.gateway.bans.lift(address))
            #expect(try await pool.connect().call("mining.ping")["result"] == "pong")
        }
        try await StratumFixture.run(door, clock: clock, bansFolder: folder) { pool in
            pool.gateway.bans.ban(address, for: .seconds(3_600), because: "x")
            try await pool.connect().closing()
            clock.advance(by: .seconds(3_600))
            #expect(try await pool.connect().call("mining.ping")["result"] == "pong")
        }
    }

    @Test func anOperatorsBanEndsConnectionsToo() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, _) = try await pool.member()
            let stranger = try pool.connect()
            try await stranger.call("mining.ping")
            let reason = "ask \"Ann\" first"
            pool.gateway.bans.ban(try #require(RemoteAddress("127.0.0.1")), for: .seconds(60), because: reason)
            clock.advance(by: .seconds(1))
            let line = #"{"id":null,"method":"client.show_message","params":["Banned: ask \"Ann\" first"]}"#
            #expect(try await miner.closing().last == line)
            #expect(try await stranger.closing().isEmpty)
        }
    }

    /// What comes before the connection is closed or reset.
    private static func everything(from socket: LoopbackSocket) async -> String {
        (try? await socket.receiveAll()) ?? ""
    }

    @Test func whoComesWhileItIsBannedHearsNothing() async throws {
        var settings = try StratumFixture.settings()
        settings.trustedProxies = [try #require(RemoteAddress("127.0.0.8"))]
        try await StratumFixture.run(settings: settings) { pool in
            for address in ["127.0.0.9", "192.0.2.7"] {
                let address = try #require(RemoteAddress(address))
                pool.gateway.bans.ban(address, for: .seconds(60), because: "x")
            }
            let subscribe = "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n"
            for words in ["", subscribe] {
                let direct = try LoopbackSocket(port: pool.port, from: "127.0.0.9")
                if !words.isEmpty { try? await direct.send(words) }
                #expect(await Self.everything(from: direct).isEmpty)
                let proxied = try LoopbackSocket(port: pool.port, from: "127.0.0.8")
                try await proxied.send("PROXY TCP4 192.0.2.7 127.0.0.1 12345 3333\r\n" + words)
                #expect(await Self.everything(from: proxied).isEmpty)
            }
            let encrypted = try LoopbackSocket(port: pool.gateway.gateway.stratumPorts[1], from: "127.0.0.9")
            #expect(try await encrypted.receiveAll().isEmpty)
            #expect(pool.figure("lode_stratum_banned_total") == 5)
        }
    }

    /// Whoever is refused holds a connection for as long as anybody who leaves: a bound for them is one for it.
    @Test func whoIsBannedAndDoesNotLeaveIsSoonForgotten() async throws {
        var settings = try StratumFixture.settings()
        settings.connectionCountPerAddressMax = 3
        try await StratumFixture.run(settings: settings) { pool in
            let address = try #require(RemoteAddress("127.0.0.9"))
            pool.gateway.bans.ban(address, for: .seconds(60), because: "x")
            var held: [LoopbackSocket] = []
            for _ in 0..<3 {
                held.append(try LoopbackSocket(port: pool.port, from: "127.0.0.9"))
                #expect(try await held[held.count - 1].receiveAll().isEmpty)
            }
            pool.gateway.bans.lift(address)
            try await Patience.wait(for: "room") {
                let socket = try LoopbackSocket(port: pool.port, from: "127.0.0.9")
                try? await socket.send("{\"id\":1,\"method\":\"mining.ping\"}\n")
                return (try? await socket.receive(until: "\n"))?.contains("pong") == true
            }
            withExtendedLifetime(held) {}
        }
    }

    @Test(arguments: [ShareStatus.stale, .expired, .unspecified])
    func whatIsLateRightAfterANewTipIsNobodysFault(status: ShareStatus) async throws {
        try await StratumFixture.run { pool in
            let (miner, job) = try await pool.member()
            try await Self.send(0, 60, status, miner, job, pool)
            #expect(pool.gateway.bans.all.isEmpty)
            #expect(try await miner.call("mining.ping")["result"] == "pong")
        }
    }

    @Test func staleSharesLongAfterATipCount() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(clock: clock) { pool in
            let (miner, job) = try await pool.member(password: "fd=16")
            clock.advance(by: .seconds(31))
            try await Self.send(0, 50, .stale, miner, job, pool)
            #expect(pool.gateway.bans.all.count == 1)
        }
    }

    @Test func aFarmThatComesBackWithAnEarlierRunsSharesIsNotBanned() async throws {
        try await StratumFixture.run { pool in
            let (miner, _) = try await pool.member()
            let share: JSON = [JSON(StratumFixture.worker), "00000000000000ff00", "00000000", "6ab13b80", "00000000"]
            for _ in 0..<60 { #expect(try await miner.refusal("mining.submit", share) == "21 Job not found") }
            #expect(pool.gateway.bans.all.isEmpty)
        }
    }
}
