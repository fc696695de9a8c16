import HTTPServer
import Synchronization
import TestSupport
import Testing

/// A connection does not outlive its client, whatever it was doing when the client went.
///
/// The deadlines that would end it anyway are all far beyond what these tests wait.
@Suite struct DepartureTests {
    private static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.headerDeadline = .seconds(600)
        limits.bodyDeadline = .seconds(600)
        limits.idleTime = .seconds(600)
        limits.answerDeadline = .seconds(600)
        return limits
    }

    private static let beginnings = [
        "", "GET /", "GET / HTTP/1.1\r\nX-Slow: ", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nabc", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ]

    /// The server first looks when both have come, so it is woken once for both.
    @Test(arguments: beginnings) func aGoodbyeThatComesWithTheLastBytesIsHeard(beginning: String) async throws {
        let server = try HTTPServer(listening: "127.0.0.1", port: 0, limits: Self.limits, handler: echo)
        let leaver = try LoopbackSocket(port: server.port)
        if !beginning.isEmpty { try await leaver.send(beginning) }
        leaver.abort()
        let running = Task { try await server.run() }
        // Connections are accepted in the order in which they came.
        #expect(try await server.answer(to: "GET / HTTP/1.1\r\n" + closing).hasSuffix("GET / [] "))
        try await server.settle(at: 0)
        #expect(server.connectionCount == 0)
        running.cancel()
        try await running.value
    }

    @Test func whoeverOnlyEndsItsSendingStillGetsItsAnswer() async throws {
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let handler: HTTPServer.Handler = { _ in
            for await _ in released {}
            return OutgoingResponse(status: 200, text: "late")
        }
        try await withServer(limits: Self.limits, handler: handler) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            socket.endSending()
            // Longer than it takes to find those that have gone.
            await #expect(throws: LoopbackSocket.Failure.self) { _ = try await socket.receive(timeout: .seconds(2)) }
            release.finish()
            #expect(try await socket.receiveAll().hasSuffix("late"))
        }
    }

    @Test func aStreamToWhichNothingIsWrittenEndsWithItsClient() async throws {
        let closed = Mutex(false)
        let stream = ResponseStream(byteCountMax: 1 << 10) { closed.withLock { $0 = true } }
        try await Self.serving(stream) { server in
            var socket: LoopbackSocket? = try LoopbackSocket(port: server.port)
            try await socket?.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            stream.write(Array("hello".utf8))
            _ = try await socket?.receive(until: "hello")
            socket = nil
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
            #expect(closed.withLock { $0 })
        }
    }

    @Test func aStreamThatOverflowsBeforeItBeginsIsCutOff() async throws {
        let stream = ResponseStream(byteCountMax: 1 << 10)
        #expect(stream.write([UInt8](repeating: 0x61, count: 1 << 10)))
        #expect(!stream.write([0x61]))
        try await Self.serving(stream) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            // The last chunk would say that the stream is whole.
            let answer = try await socket.receiveAll()
            #expect(!answer.hasSuffix("0\r\n\r\n"))
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func aStreamThatOverflowsWhileItRestsIsCutOff() async throws {
        let stream = ResponseStream(byteCountMax: 1 << 10)
        try await Self.serving(stream) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            stream.write(Array("hello".utf8))
            _ = try await socket.receive(until: "hello")
            #expect(!stream.write([UInt8](repeating: 0x61, count: 2 << 10)))
            #expect(try await socket.receiveAll().isEmpty)
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
            #expect(stream.isClosed)
        }
    }

    @Test func theRestOfAFinishedStreamHasADeadline() async throws {
        var limits = Self.limits
        limits.answerDeadline = .milliseconds(200)
        let stream = ResponseStream(byteCountMax: 32 << 20)
        #expect(stream.write([UInt8](repeating: 0x61, count: 32 << 20)))
        stream.finish()
        try await Self.serving(stream, limits: limits) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await server.settle(at: 1)
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
            #expect(stream.isClosed)
            withExtendedLifetime(socket) {}
        }
    }

    private static func serving(
        _ stream: ResponseStream,
        limits: HTTPLimits = limits,
        _ body: (HTTPServer) async throws -> Void
    ) async throws {
        let handler: HTTPServer.Handler = { _ in OutgoingResponse(status: 200, body: .stream(stream)) }
        try await withServer(limits: limits, handler: handler, body)
    }
}
