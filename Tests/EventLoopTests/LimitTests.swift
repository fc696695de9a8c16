import EventLoop
import System
import TestSupport
import Testing

/// Each limit, and what happens to whoever goes past it.
@Suite(.timeLimit(.minutes(2))) struct LimitTests {
    private static func quick(_ change: (inout LoopSettings) -> Void) -> LoopSettings {
        var settings = LoopSettings()
        settings.tickInterval = .milliseconds(10)
        change(&settings)
        return settings
    }

    @Test(arguments: Carriage.allCases) func aReaderThatIsHeldUpIsCutOff(carriage: Carriage) async throws {
        try await withServer(carriage) { echo in
            let client = try echo.client()
            await client.arrivals.wait(for: .opened)
            let gate = Gate()
            client.send("flood\n")
            client.loop.post { handler in
                handler.hasToWait = gate
            }
            #expect(await echo.closure() == .tooSlow)
            gate.open()
        }
    }

    @Test func aReaderThatNeverReadsIsCutOff() async throws {
        try await withServer { echo in
            let socket = try LoopbackSocket(port: echo.port)
            try await socket.send("flood\n")
            #expect(await echo.closure() == .tooSlow)
        }
    }

    @Test func aFewMayHaveALargeAnswerWaiting() async throws {
        var settings = LoopSettings()
        settings.largeOutputCountMax = 2
        try await withServer(settings: settings) { echo in
            let slow = try (0..<2).map { _ in try LoopbackSocket(port: echo.port) }
            for (number, socket) in slow.enumerated() {
                try await socket.send("large\n")
                await echo.events.wait(for: .line("large"), count: number + 1)
            }
            let other = try LoopbackSocket(port: echo.port)
            try await other.send("large\n")
            #expect(try await other.receive(until: "\n") == "full\n")
            // What else they are sent still has its bound.
            try await slow[0].send("flood\n")
            #expect(await echo.closure() == .tooSlow)
            // Who is gone makes room, and so does who has read its own.
            try await other.send("large\n")
            for socket in [other, slow[1]] {
                #expect(try await Self.lineByteCount(from: socket) == EchoHandler.largeByteCount)
            }
            try await slow[1].send("large\n")
            #expect(try await Self.lineByteCount(from: slow[1]) == EchoHandler.largeByteCount)
        }
    }

    /// Of one line that comes, without its end.
    private static func lineByteCount(from socket: LoopbackSocket) async throws -> Int {
        var count = 0
        while true {
            let bytes = try await socket.receive()
            count += bytes.count
            if bytes.isEmpty || bytes.last == 10 { return count - 1 }
        }
    }

    @Test(arguments: Carriage.allCases) func aLargeAnswerArrivesWhole(carriage: Carriage) async throws {
        try await withServer(carriage) { echo in
            let client = try echo.client()
            client.send("large\n")
            await client.arrivals.wait(for: .line(String(repeating: "a", count: EchoHandler.largeByteCount)))
        }
    }

    @Test(arguments: Carriage.allCases) func aHalfLineHasItsTime(carriage: Carriage) async throws {
        let settings = Self.quick { $0.halfLineTime = .milliseconds(100) }
        try await withServer(carriage, settings: settings) { echo in
            let client = try echo.client()
            client.send("whole\nhalf")
            #expect(await client.end() == .peer)
            #expect(client.lines == ["whole", "sorry: out of time: halfLine"])
            #expect(await echo.closure() == .timedOut(.halfLine))
        }
    }

    @Test func aLineThatIsDribbledHasItsTimeToo() async throws {
        let settings = Self.quick { $0.halfLineTime = .milliseconds(200) }
        try await withServer(settings: settings) { echo in
            let socket = try LoopbackSocket(port: echo.port)
            await #expect(throws: LoopbackSocket.Failure.self) {
                while true {
                    try await socket.send("a")
                    if let answer = try? await socket.receive(timeout: .milliseconds(10)), answer.isEmpty {
                        throw LoopbackSocket.Failure.broken(errno: 0)
                    }
                }
            }
            #expect(await echo.closure() == .timedOut(.halfLine))
        }
    }

    @Test(arguments: Carriage.allCases) func silenceFromTheBeginningEndsALink(carriage: Carriage) async throws {
        let settings = Self.quick { $0.firstLineTime = .milliseconds(100) }
        try await withServer(carriage, settings: settings) { echo in
            let client = try echo.client()
            #expect(await client.end() == .peer)
            #expect(await echo.closure() == .timedOut(.firstLine))
        }
    }

    @Test(arguments: Carriage.allCases) func silenceLaterEndsALink(carriage: Carriage) async throws {
        let settings = Self.quick { $0.idleTime = .milliseconds(100) }
        try await withServer(carriage, settings: settings) { echo in
            let client = try echo.client()
            client.send("a\n")
            #expect(await client.end() == .peer)
            #expect(await echo.closure() == .timedOut(.idle))
        }
    }

    @Test func aHandshakeHasItsTime() async throws {
        let settings = Self.quick { $0.handshakeTime = .milliseconds(100) }
        try await withServer(.tls, settings: settings) { echo in
            let socket = try LoopbackSocket(port: echo.port)
            #expect(try await socket.receiveAll().isEmpty)
            #expect(await echo.closure() == .timedOut(.handshake))
        }
    }

    @Test func aResetIsTheOtherSidesEnd() async throws {
        try await withServer { echo in
            do {
                let socket = try LoopbackSocket(port: echo.port)
                try await socket.send("a\n")
                await echo.events.wait(for: .line("a"))
            }  // closed with the answer unread: a reset
            #expect(await echo.closure() == .peer)
        }
    }

    @Test func addressesAreCountedOverAllLoops() async throws {
        var settings = LoopSettings()
        settings.connectionCountPerAddressMax = 10
        try await withServer(loopCount: 2, settings: settings) { echo in
            var held: [LoopbackSocket] = []
            for _ in 0..<10 { held.append(try LoopbackSocket(port: echo.port, from: "127.0.0.2")) }
            await echo.events.wait(for: .opened, count: 10)
            let refused = try LoopbackSocket(port: echo.port, from: "127.0.0.2")
            #expect(try await refused.receiveAll().isEmpty)
            #expect(await echo.refusal() == .tooManyFromAddress)
            var others: [LoopbackSocket] = []
            for _ in 0..<10 { others.append(try LoopbackSocket(port: echo.port, from: "127.0.0.3")) }
            await echo.events.wait(for: .opened, count: 20)
            held.removeAll()
            await echo.events.wait(for: .closed(.peer), count: 10)
            let again = try LoopbackSocket(port: echo.port, from: "127.0.0.2")
            try await again.send("again\n")
            #expect(try await again.receive(until: "\n") == "again\n")
            withExtendedLifetime(others) {}
        }
    }

    /// However the kernel spreads them over the loops.
    @Test(arguments: [1, 4]) func connectionsInAllAreBounded(loopCount: Int) async throws {
        var settings = LoopSettings()
        settings.connectionCountMax = 5
        try await withServer(loopCount: loopCount, settings: settings) { echo in
            var held = try (0..<5).map { _ in try LoopbackSocket(port: echo.port) }
            await echo.events.wait(for: .opened, count: 5)
            for _ in 0..<3 { #expect(try await LoopbackSocket(port: echo.port).receiveAll().isEmpty) }
            #expect(await echo.refusal() == .tooManyConnections)
            // Who leaves makes room, on every loop.
            held.removeAll()
            await echo.events.wait(for: .closed(.peer), count: 5)
            held = try (0..<5).map { _ in try LoopbackSocket(port: echo.port) }
            await echo.events.wait(for: .opened, count: 10)
            #expect(try await LoopbackSocket(port: echo.port).receiveAll().isEmpty)
            withExtendedLifetime(held) {}
        }
    }

    @Test func twoThousandConnectionsAreServed() async throws {
        var settings = LoopSettings()
        settings.connectionCountPerAddressMax = 3_000
        OpenFileLimit.raise()
        try await withServer(loopCount: 2, settings: settings) { echo in
            let sockets = try (0..<2_000).map { _ in try LoopbackSocket(port: echo.port) }
            for socket in sockets { try await socket.send("a\n") }
            for socket in sockets { #expect(try await socket.receive(until: "\n") == "a\n") }
            for socket in sockets { socket.abort() }
            await echo.events.wait(for: .closed(.peer), count: 2_000)
        }
    }
}
