import HTTPServer
import Synchronization
import System
import TestSupport
import Testing

/// Each limit, and what happens to whoever goes past it.
@Suite struct HTTPLimitsTests {
    @Test func aMebibyteOfBodyIsRefusedWithoutBeingRead() async throws {
        try await withServer { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("POST / HTTP/1.1\r\nContent-Length: 1048576\r\n" + closing)
            #expect(try await socket.receiveAll().hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func aClientThatSendsItsMebibyteFirstStillLearnsWhy() async throws {
        try await withServer { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("POST / HTTP/1.1\r\nContent-Length: 1048576\r\n" + closing)
            try? await socket.send([UInt8](repeating: 0x61, count: 1 << 20))
            #expect(try await socket.receiveAll().hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test(arguments: [(64 << 10, "200"), ((64 << 10) + 1, "413"), (1 << 20, "413")])
    func aBodyInChunksHasTheSameLimit(byteCount: Int, status: String) async throws {
        try await withServer { server in
            let chunk = String(byteCount, radix: 16) + "\r\n" + String(repeating: "a", count: byteCount)
            let answer = try await server.answer(
                to: "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + closing + chunk + "\r\n0\r\n\r\n"
            )
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test func anEndlessBodyIsCutOff() async throws {
        try await withServer { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + closing)
            let chunk = "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n"
            await #expect(throws: LoopbackSocket.Failure.self) {
                for _ in 0..<1_000 { try await socket.send(chunk) }
            }
        }
    }

    @Test(arguments: [(7_000, "200"), (10_000, "431"), (100_000, "431")])
    func headersAreBounded(byteCount: Int, status: String) async throws {
        try await withServer { server in
            let socket = try LoopbackSocket(port: server.port)
            let padding = String(repeating: "a", count: byteCount)
            try? await socket.send("GET / HTTP/1.1\r\nX: \(padding)\r\n" + closing)
            #expect(try await socket.receiveAll().hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nX-Slow: ", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n", "GET /",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
    ])
    func aSenderThatDribblesIsCutOffAtItsDeadline(beginning: String) async throws {
        var limits = HTTPLimits()
        limits.headerDeadline = .milliseconds(300)
        limits.bodyDeadline = .milliseconds(300)
        try await withServer(limits: limits) { server in
            let socket = try LoopbackSocket(port: server.port)
            let started = ContinuousClock.now
            try await socket.send(beginning)
            await #expect(throws: LoopbackSocket.Failure.self) {
                while true {
                    try await socket.send("a")
                    if let answer = try? await socket.receive(timeout: .milliseconds(20)), answer.isEmpty {
                        throw LoopbackSocket.Failure.broken(errno: 0)
                    }
                }
            }
            #expect((.milliseconds(290)..<(.seconds(30))).contains(.now - started))
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func aSlowReaderOfAnAnswerIsCutOff() async throws {
        var limits = HTTPLimits()
        limits.answerDeadline = .milliseconds(200)
        let handler: HTTPServer.Handler = { _ in
            OutgoingResponse(status: 200, body: .bytes([UInt8](repeating: 0x61, count: 32 << 20)))
        }
        try await withServer(limits: limits, handler: handler) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\n" + closing)
            try await server.settle(at: 1)
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
            #expect(try await socket.receiveAll().utf8.count < 32 << 20)
        }
    }

    @Test func silenceEndsAConnection() async throws {
        var limits = HTTPLimits()
        limits.idleTime = .seconds(1)
        try await withServer(limits: limits) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await socket.receiveAll(timeout: .seconds(50)).hasSuffix("GET / [] "))
        }
    }

    @Test func oneAddressOpensOnlySoManyConnections() async throws {
        var limits = HTTPLimits()
        limits.connectionCountPerAddressMax = 5
        limits.unlimitedPeers = [try #require(RemoteAddress("127.0.0.3"))]
        try await withServer(limits: limits) { server in
            let held = try (0..<5).map { _ in try LoopbackSocket(port: server.port, from: "127.0.0.2") }
            try await server.settle(at: 5)
            let refused = try LoopbackSocket(port: server.port, from: "127.0.0.2")
            #expect(try await refused.receiveAll().isEmpty)
            let request = "GET / HTTP/1.1\r\n" + closing
            #expect(try await server.answer(to: request).hasPrefix("HTTP/1.1 200 "))
            let proxied = try (0..<20).map { _ in try LoopbackSocket(port: server.port, from: "127.0.0.3") }
            #expect(try await server.answer(to: request, from: "127.0.0.3").hasPrefix("HTTP/1.1 200 "))
            withExtendedLifetime(proxied) {}
            for socket in held { socket.abort() }
            try await server.settle(at: 20)
            #expect(try await server.answer(to: request, from: "127.0.0.2").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func twoThousandIdleConnectionsDoNotStopAnHonestClient() async throws {
        var limits = HTTPLimits()
        limits.connectionCountPerAddressMax = 3_000
        limits.headerDeadline = .seconds(600)
        try await withServer(limits: limits) { server in
            let before = try ProcessMemory.residentByteCount()
            var idle: [LoopbackSocket] = []
            for number in 0..<2_000 {
                let socket = try LoopbackSocket(port: server.port, from: "127.0.1.\(1 + number / 1_000)")
                if number.isMultiple(of: 2) { try await socket.send("GET / HTTP/1.1\r\nX: ") }
                idle.append(socket)
            }
            try await server.settle(at: 2_000)
            #expect(server.connectionCount == 2_000)
            let grown = try ProcessMemory.residentByteCount() - before
            #expect(grown < 96 << 20, "\(grown / 2_000) bytes a connection")
            let started = ContinuousClock.now
            for _ in 0..<20 {
                #expect(try await server.answer(to: "GET / HTTP/1.1\r\n" + closing).hasSuffix("GET / [] "))
            }
            #expect(.now - started < .seconds(20))
            withExtendedLifetime(idle) {}
        }
    }

    @Test func requestsUnderWayAreBounded() async throws {
        var limits = HTTPLimits()
        limits.requestsInFlightMax = 3
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let inside = Mutex(0)
        let handler: HTTPServer.Handler = { _ in
            inside.withLock { $0 += 1 }
            for await _ in released {}
            return OutgoingResponse(status: 200, text: "late")
        }
        try await withServer(limits: limits, handler: handler) { server in
            let request = "GET / HTTP/1.1\r\n" + closing
            let waiting = try (0..<3).map { _ in try LoopbackSocket(port: server.port) }
            for socket in waiting { try await socket.send(request) }
            for _ in 0..<3_000 where inside.withLock({ $0 }) < 3 { try await Task.sleep(for: .milliseconds(10)) }
            let answer = try await server.answer(to: request)
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.contains("\r\nRetry-After: 1\r\n"))
            release.finish()
            for socket in waiting { #expect(try await socket.receiveAll().hasSuffix("late")) }
        }
    }

    @Test func bodiesInAllAreBounded() async throws {
        var limits = HTTPLimits()
        limits.bodyByteCountInAllMax = 100_000
        try await withServer(limits: limits) { server in
            let head = "POST / HTTP/1.1\r\nContent-Length: 50001\r\n" + closing
            let part = String(repeating: "a", count: 50_000)
            let slow = try (0..<2).map { _ in try LoopbackSocket(port: server.port) }
            for socket in slow { try await socket.send(head + part) }
            var answer = ""
            for _ in 0..<100 where !answer.hasPrefix("HTTP/1.1 503 ") {
                answer = try await server.answer(to: head + part + "a")
            }
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            for socket in slow { socket.abort() }
            try await server.settle(at: 0)
            #expect(try await server.answer(to: head + part + "a").hasPrefix("HTTP/1.1 200 "))
        }
    }
}
