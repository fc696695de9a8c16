import EventLoop
import Gateway
import JSON
import Messages
import System
import TestSupport
import Testing

/// How many connections an address may have, and who it is behind a load balancer.
@Suite(.timeLimit(.minutes(1))) struct StratumDoorTests {
    private static func settings(perAddress: Int, behindProxy: Bool = false) throws -> StratumSettings {
        var settings = try StratumFixture.settings()
        settings.connectionCountPerAddressMax = perAddress
        if behindProxy { settings.trustedProxies = [try #require(RemoteAddress("127.0.0.1"))] }
        return settings
    }

    private static let ping = Array("{\"id\":1,\"method\":\"mining.ping\"}\n".utf8)
    /// TLS 1.2's first message, with one cipher suite (RFC 5246, 7.4.1.2), which is answered by a handshake's next one.
    private static let hello: [UInt8] =
        [0x16, 3, 1, 0, 0x49, 1, 0, 0, 0x45, 3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0, 2, 0xc0, 0x2b, 1, 0]
        + [0, 0x1a, 0, 0x0a, 0, 6, 0, 4, 0, 0x1d, 0, 0x17, 0, 0x0d, 0, 6, 0, 4, 4, 3, 5, 3, 0, 0x0b, 0, 2, 1, 0]

    /// Whether the pool goes on with a new connection that begins with `header`.
    private static func isServed(
        _ socket: LoopbackSocket,
        _ header: [UInt8] = [],
        at door: StratumFixture.Door = .plain
    ) async -> Bool {
        try? await socket.send(header + (door == .plain ? ping : hello))
        switch door {
        case .plain: return (try? await socket.receive(until: "\n"))?.contains("pong") == true
        case .encrypted: return (try? await socket.receive())?.first == 0x16
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func aHundredConnectionsFromOneAddressAndNoMore(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door, settings: try Self.settings(perAddress: 100)) { pool in
            var sockets: [LoopbackSocket] = []
            for _ in 0..<100 {
                sockets.append(try LoopbackSocket(port: pool.port))
                #expect(await Self.isServed(sockets[sockets.count - 1], at: door))
            }
            for _ in 0..<20 { #expect(await !Self.isServed(try LoopbackSocket(port: pool.port), at: door)) }
            #expect(pool.figure(#"lode_stratum_closed_total{reason="too_many"}"#) == 20)
            // Another address has its own hundred, and who leaves makes room.
            #expect(await Self.isServed(try LoopbackSocket(port: pool.port, from: "127.0.0.2"), at: door))
            sockets.removeLast()
            try await Patience.wait(for: "room") { await Self.isServed(try LoopbackSocket(port: pool.port), at: door) }
        }
    }

    /// The kernel spreads connections over the loops as it likes.
    @Test func theMostConnectionsInAllAreOfAllLoopsTogether() async throws {
        var settings = try Self.settings(perAddress: 100)
        (settings.threadCount, settings.connectionCountMax) = (4, 10)
        try await StratumFixture.run(settings: settings) { pool in
            let ports = pool.gateway.gateway.stratumPorts
            var sockets: [LoopbackSocket] = []
            for number in 0..<10 {
                sockets.append(try LoopbackSocket(port: ports[number % 2]))
                try await pool.settle(connections: sockets.count)
            }
            #expect(await !Self.isServed(try LoopbackSocket(port: ports[0])))
            sockets.removeAll()
            try await pool.settle(connections: 0)
            #expect(await Self.isServed(try LoopbackSocket(port: ports[0])))
        }
    }

    @Test func whoComesAndGoesTooFastWaits() async throws {
        let clock = ManualClock()
        try await StratumFixture.run(settings: try Self.settings(perAddress: 5), clock: clock) { pool in
            // Twice five at once, one after the other; then one a second.
            for _ in 0..<10 {
                #expect(await Self.isServed(try LoopbackSocket(port: pool.port)))
                try await Patience.wait(for: "it to be gone") { pool.figure("lode_stratum_connections") == 0 }
            }
            #expect(await !Self.isServed(try LoopbackSocket(port: pool.port)))
            #expect(pool.figure("lode_stratum_hasty_total") == 1)
            #expect(await Self.isServed(try LoopbackSocket(port: pool.port, from: "127.0.0.2")))
            clock.advance(by: .seconds(1))
            #expect(await Self.isServed(try LoopbackSocket(port: pool.port)))
        }
    }

    @Test func theOtherDoorCountsToo() async throws {
        try await StratumFixture.run(.encrypted, settings: try Self.settings(perAddress: 2)) { pool in
            let miners = [try pool.connect(), try pool.connect()]
            for miner in miners { try await miner.call("mining.ping") }
            #expect(await !Self.isServed(try LoopbackSocket(port: pool.gateway.gateway.stratumPorts[0])))
            try await pool.connect().closing()
            for miner in miners { try await miner.call("mining.ping") }
        }
    }

    /// PROXY protocol, version 2, TCP over IPv4, from `192.0.2.last`.
    private static func binary(_ last: UInt8) -> [UInt8] {
        [
            0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0, 12, 192, 0, 2, last,
            127, 0, 0, 1,
        ]
            + [0x30, 0x39, 0x0d, 0x05]
    }

    private static func text(_ last: UInt8) -> [UInt8] {
        Array("PROXY TCP4 192.0.2.\(last) 127.0.0.1 12345 3333\r\n".utf8)
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func behindALoadBalancerMinersAreCountedByTheirOwnAddress(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door, settings: try Self.settings(perAddress: 2, behindProxy: true)) { pool in
            var sockets: [LoopbackSocket] = []
            for last in 1...10 as ClosedRange<UInt8> {
                for header in [Self.text(last), Self.binary(last)] {
                    sockets.append(try LoopbackSocket(port: pool.port))
                    #expect(await Self.isServed(sockets[sockets.count - 1], header, at: door))
                }
            }
            for header in [Self.text(1), Self.binary(10)] {
                #expect(await !Self.isServed(try LoopbackSocket(port: pool.port), header, at: door))
            }
            // Nothing is believed of a balancer without a header, nor of anybody else with one.
            for header in [[], Array("PROXY TCP4 hello\r\n".utf8)] {
                #expect(await !Self.isServed(try LoopbackSocket(port: pool.port), header, at: door))
            }
            let stranger = try LoopbackSocket(port: pool.port, from: "127.0.0.2")
            switch door {
            case .plain:
                try await stranger.send(Self.text(99))
                #expect(try await stranger.receive(until: "\n").contains("Malformed request"))
            case .encrypted: #expect(await !Self.isServed(stranger, Self.text(99), at: door))
            }
            #expect(pool.figure("lode_stratum_connections") >= 20)
        }
    }

    @Test(arguments: StratumFixture.Door.allCases)
    func aBanOfOneMinerBehindALoadBalancerIsNoBanOfTheRest(door: StratumFixture.Door) async throws {
        try await StratumFixture.run(door, settings: try Self.settings(perAddress: 9, behindProxy: true)) { pool in
            pool.gateway.bans.ban(try #require(RemoteAddress("192.0.2.7")), for: .seconds(60), because: "x")
            #expect(await !Self.isServed(try LoopbackSocket(port: pool.port), Self.text(7), at: door))
            #expect(await !Self.isServed(try LoopbackSocket(port: pool.port), Self.binary(7), at: door))
            #expect(await Self.isServed(try LoopbackSocket(port: pool.port), Self.text(8), at: door))
        }
    }
}
