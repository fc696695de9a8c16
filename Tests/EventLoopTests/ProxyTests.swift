import EventLoop
import System
import TestSupport
import Testing

/// Connections that come through a proxy.
@Suite(.timeLimit(.minutes(2))) struct ProxyTests {
    private static func listener() throws -> Listener {
        Listener(host: "127.0.0.1", port: 0, trustedProxies: [try #require(RemoteAddress("127.0.0.2"))])
    }

    @Test(arguments: ProxyHeaderTests.good.prefix(10))
    func theClientsAddressIsTheHeaders(bytes: [UInt8], source: String?) async throws {
        try await withServer(listener: try Self.listener()) { echo in
            let socket = try LoopbackSocket(port: echo.port, from: "127.0.0.2")
            try await socket.send(bytes + Array("hello\n".utf8))
            #expect(try await socket.receive(until: "\n") == "hello\n")
            #expect(echo.events.elements.first == .open(source ?? "127.0.0.2"))
        }
    }

    @Test func aHeaderMayComeByteByByte() async throws {
        try await withServer(listener: try Self.listener()) { echo in
            let socket = try LoopbackSocket(port: echo.port, from: "127.0.0.2")
            for byte in ProxyHeaderTests.good[4].0 + Array("hello\n".utf8) { try await socket.send([byte]) }
            #expect(try await socket.receive(until: "\n") == "hello\n")
            #expect(echo.events.elements.first == .open("192.0.2.1"))
        }
    }

    @Test func aTrustedPeerMustSendOne() async throws {
        try await withServer(listener: try Self.listener()) { echo in
            let socket = try LoopbackSocket(port: echo.port, from: "127.0.0.2")
            try await socket.send("hello\n")
            #expect(try await socket.receiveAll().isEmpty)
            #expect(await echo.refusal() == .badProxyHeader(.noSignature))
        }
    }

    @Test func fromOthersItIsALineLikeAnyOther() async throws {
        try await withServer(listener: try Self.listener()) { echo in
            let socket = try LoopbackSocket(port: echo.port)
            try await socket.send("PROXY TCP4 192.0.2.1 198.51.100.1 35646 80\r\n")
            #expect(try await socket.receive(until: "\n") == "PROXY TCP4 192.0.2.1 198.51.100.1 35646 80\n")
            #expect(echo.events.elements.first == .open("127.0.0.1"))
        }
    }

    @Test func itComesBeforeTLS() async throws {
        try await withServer(.tls, listener: try Self.listener()) { echo in
            let script = "PROXY TCP4 192.0.2.1 198.51.100.1 35646 80\r\n"
            let socket = try LoopbackSocket(port: echo.port, from: "127.0.0.2")
            // Header and the first bytes of a handshake in one segment: OpenSSL gets what is behind the header.
            try await socket.send(Array(script.utf8) + [22, 3, 1, 0, 5, 9, 9, 9, 9, 9])
            guard case .tlsFailed = await echo.closure() else {
                Issue.record("\(echo.events.elements)")
                return
            }
            #expect(echo.events.elements.first == .open("192.0.2.1"))
        }
    }

    @Test func itHasItsTime() async throws {
        var settings = LoopSettings()
        settings.tickInterval = .milliseconds(10)
        settings.proxyHeaderTime = .milliseconds(100)
        try await withServer(settings: settings, listener: try Self.listener()) { echo in
            let socket = try LoopbackSocket(port: echo.port, from: "127.0.0.2")
            try await socket.send("PROXY TCP4")
            #expect(try await socket.receiveAll().isEmpty)
            #expect(await echo.refusal() == .timedOut(.proxyHeader))
        }
    }

    @Test func theClientsOwnAddressIsCounted() async throws {
        var settings = LoopSettings()
        settings.connectionCountPerAddressMax = 2
        try await withServer(settings: settings, listener: try Self.listener()) { echo in
            let header = ProxyHeaderTests.good[0].0
            let sockets = try (0..<3).map { _ in try LoopbackSocket(port: echo.port, from: "127.0.0.2") }
            for socket in sockets { try await socket.send(header) }
            #expect(await echo.refusal() == .tooManyFromAddress)
            await echo.events.wait(for: .opened, count: 2)
        }
    }
}
