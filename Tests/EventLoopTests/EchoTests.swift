import EventLoop
import TestSupport
import Testing

/// Lines in, lines out.
@Suite struct EchoTests {
    @Test func aLineComesBack() async throws {
        try await withServer { server, events in
            let socket = try LoopbackSocket(port: server.ports[0])
            try await socket.send("hello\r\nworld\n")
            #expect(try await socket.receive(until: "world\n") == "hello\nworld\n")
            socket.abort()
            let all = await events.wait { $0.contains(.closed(.peer)) }
            #expect(all == [.open("127.0.0.1"), .opened, .line("hello"), .line("world"), .turnEnded, .closed(.peer)])
        }
    }
}
