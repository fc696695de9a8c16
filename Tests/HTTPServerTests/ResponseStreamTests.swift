import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite struct ResponseStreamTests {
    /// Gives every request a stream of its own.
    private final class Streams: Sendable {
        let opened: AsyncStream<ResponseStream>
        private let opening: AsyncStream<ResponseStream>.Continuation
        let closedCount = Mutex(0)

        init() {
            (opened, opening) = AsyncStream.makeStream()
        }

        @Sendable func handle(_ request: IncomingRequest) async -> OutgoingResponse {
            let stream = ResponseStream(byteCountMax: 64 << 10) { [self] in closedCount.withLock { $0 += 1 } }
            opening.yield(stream)
            return OutgoingResponse(
                status: 200,
                headers: [("Content-Type", "text/event-stream")],
                body: .stream(stream)
            )
        }

        func next() async throws -> ResponseStream {
            for await stream in opened { return stream }
            throw CancellationError()
        }

        func settle(closedCount count: Int) async throws {
            for _ in 0..<3_000 where closedCount.withLock({ $0 }) < count {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Test func whatIsWrittenArrivesAtOnce() async throws {
        let streams = Streams()
        try await withServer(handler: streams.handle) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            let stream = try await streams.next()
            #expect(stream.write(Array("data: 1\n\n".utf8)))
            #expect(try await socket.receive(until: "data: 1\n\n").contains("\r\nTransfer-Encoding: chunked\r\n"))
            for number in 2...50 {
                #expect(stream.write(Array("data: \(number)\n\n".utf8)))
                _ = try await socket.receive(until: "data: \(number)\n\n")
            }
            stream.finish()
            #expect(try await socket.receive(until: "0\r\n\r\n").hasSuffix("0\r\n\r\n"))
            try await streams.settle(closedCount: 1)
            #expect(stream.isClosed)
            #expect(!stream.write([1]))
        }
        #expect(streams.closedCount.withLock { $0 } == 1)
    }

    @Test func anOldClientGetsTheStreamWithoutChunks() async throws {
        let streams = Streams()
        try await withServer(handler: streams.handle) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET /events HTTP/1.0\r\n\r\n")
            let stream = try await streams.next()
            stream.write(Array("data: 1\n\n".utf8))
            stream.finish()
            #expect(try await socket.receiveAll().hasSuffix("\r\n\r\ndata: 1\n\n"))
        }
    }

    @Test func aSlowReaderIsDroppedAndNotBuffered() async throws {
        let streams = Streams()
        try await withServer(handler: streams.handle) { server in
            let socket = try LoopbackSocket(port: server.port)
            try await socket.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            let stream = try await streams.next()
            let block = [UInt8](repeating: 0x61, count: 16 << 10)
            var writtenCount = 0
            while stream.write(block), writtenCount < 64 << 20 {
                writtenCount += block.count
                await Task.yield()
            }
            // What the kernel takes is its own; of ours there is never more than the bound.
            #expect(writtenCount < 64 << 20)
            try await streams.settle(closedCount: 1)
            #expect(stream.isClosed)
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func aClientThatVanishesIsNoticedAtTheNextWrite() async throws {
        let streams = Streams()
        try await withServer(handler: streams.handle) { server in
            var socket: LoopbackSocket? = try LoopbackSocket(port: server.port)
            try await socket?.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            let stream = try await streams.next()
            stream.write(Array(": hello\n\n".utf8))
            _ = try await socket?.receive(until: "hello")
            socket = nil
            for _ in 0..<2_000 where stream.write(Array(": still here\n\n".utf8)) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(stream.isClosed)
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func aClientThatVanishesBeforeItsAnswerHurtsNobody() async throws {
        let streams = Streams()
        let (arrived, arrive) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let handler: HTTPServer.Handler = { request in
            arrive.yield()
            for await _ in released {}
            return await streams.handle(request)
        }
        try await withServer(handler: handler) { server in
            for text in ["GET /events HTTP/1.1\r\nHost: x\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"] {
                let socket = try LoopbackSocket(port: server.port)
                try await socket.send(text)
                if text.hasPrefix("GET") { for await _ in arrived { break } }
                socket.abort()
            }
            release.finish()
            let stream = try await streams.next()
            for _ in 0..<2_000 where stream.write(Array(": still here\n\n".utf8)) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(stream.isClosed)
            try await server.settle(at: 0)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func aStopEndsStreams() async throws {
        let streams = Streams()
        let server = try HTTPServer(listening: "127.0.0.1", port: 0, handler: streams.handle)
        let running = Task { try await server.run() }
        let sockets = try (0..<3).map { _ in try LoopbackSocket(port: server.port) }
        for socket in sockets {
            try await socket.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await streams.next()
        }
        let started = ContinuousClock.now
        running.cancel()
        for socket in sockets { #expect(try await socket.receiveAll().hasSuffix("0\r\n\r\n")) }
        try await running.value
        #expect(.now - started < .seconds(20))
        #expect(streams.closedCount.withLock { $0 } == 3)
    }

    @Test func streamsComeAndGoWhileTheyAreWritten() async throws {
        let streams = Streams()
        try await withServer(handler: streams.handle) { server in
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<25 {
                            let socket = try LoopbackSocket(port: server.port)
                            try await socket.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
                            _ = try await socket.receive(until: "data: 3")
                        }
                    }
                    group.addTask {
                        for _ in 0..<25 {
                            let stream = try await streams.next()
                            for number in 0..<200 {
                                guard stream.write(Array("data: \(number)\n\n".utf8)) else { break }
                                await Task.yield()
                            }
                            stream.finish()
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await streams.settle(closedCount: 200)
            #expect(streams.closedCount.withLock { $0 } == 200)
        }
    }
}
