import EventLoop
import Synchronization
import System
import TestSupport
import Testing

/// Threads, posts, listeners, and the end.
@Suite(.timeLimit(.minutes(2))) struct LoopTests {
    @Test func postsOfOneThreadRunInOrderAndOfAllThreadsOnce() async throws {
        try await withServer { echo in
            let loop = echo.server.loops[0]
            let seen = EventLog<Int>()
            await withTaskGroup(of: Void.self) { group in
                for thread in 0..<8 {
                    group.addTask {
                        for number in 0..<1_000 {
                            loop.post { _ in seen.append(thread * 1_000 + number) }
                        }
                    }
                }
            }
            await withCheckedContinuation { continuation in loop.post { _ in continuation.resume() } }
            for thread in 0..<8 {
                let own = seen.elements.filter { $0 / 1_000 == thread }
                #expect(own == (0..<1_000).map { thread * 1_000 + $0 })
            }
        }
    }

    @Test func postsAreBounded() async throws {
        var settings = LoopSettings()
        settings.postCountMax = 10
        try await withServer(settings: settings) { echo in
            let loop = echo.server.loops[0]
            let gate = Gate()
            loop.post { _ in gate.wait() }
            let taken = (0..<100).map { _ in loop.post { _ in } }
            gate.open()
            #expect(taken.contains(true))
            #expect(taken.contains(false))
            #expect(taken.count { $0 } <= 20)  // ten before the loop began to wait, ten after
        }
    }

    @Test(arguments: Carriage.allCases) func aBroadcastReachesEveryLink(carriage: Carriage) async throws {
        try await withServer(carriage) { echo in
            let clients = try (0..<20).map { _ in try echo.client() }
            await echo.events.wait(for: .opened, count: 20)
            let line = Array((String(repeating: "job", count: 1_000) + "\n").utf8)
            echo.server.loops[0].post { handler in
                for link in handler.links {
                    link.send(line)
                    link.send(Array("end\n".utf8))
                }
            }
            for client in clients { await client.wait(for: "end") }
            #expect(clients.allSatisfy { $0.lines == [String(repeating: "job", count: 1_000), "end"] })
        }
    }

    @Test func moreThanATurnsRoomGoesOutEarlyAndInOrder() async throws {
        var settings = LoopSettings()
        settings.outputByteCountMax = 64 << 20
        try await withServer(settings: settings) { echo in
            let client = try echo.client()
            await client.arrivals.wait(for: .opened)
            let bytes = Array((String(repeating: "x", count: 999) + "\n").utf8)
            echo.server.loops[0].post { handler in
                for _ in 0..<2_000 { handler.links.first?.send(bytes.span) }
                handler.links.first?.send([UInt8](repeating: 0x79, count: 400_000).span)
                handler.links.first?.send(Array("\nend\n".utf8).span)
            }
            await client.wait(for: "end")
            #expect(client.lines.map(\.utf8.count) == [Int](repeating: 999, count: 2_000) + [400_000, 3])
        }
    }

    @Test func aPortOfAnotherServerIsRefused() async throws {
        try await withServer(loopCount: 2) { echo in
            let listener = Listener(host: "127.0.0.1", port: echo.port)
            let sink = EventLog<Event>()
            #expect(throws: EventLoopError.addressInUse(host: "127.0.0.1", port: echo.port)) {
                try LoopServer(name: "second", loopCount: 2, listeners: [listener]) { context, _ in
                    EchoHandler(context, sink)
                }
            }
            echo.server.stopAccepting()
            let next = try LoopServer(name: "second", loopCount: 2, listeners: [listener]) { context, _ in
                EchoHandler(context, sink)
            }
            await next.stop()
        }
    }

    @Test func aHostThatIsNotOursIsRefused() throws {
        let listener = Listener(host: "192.0.2.1", port: 0)
        #expect(throws: EventLoopError.noSuchAddress(host: "192.0.2.1")) {
            try LoopServer(name: "none", loopCount: 1, listeners: [listener]) { context, _ in
                EchoHandler(context, EventLog<Event>())
            }
        }
    }

    @Test func noNewConnectionsWhileOldOnesGoOn() async throws {
        try await withServer(loopCount: 2) { echo in
            let old = try LoopbackSocket(port: echo.port)
            try await old.send("a\n")
            #expect(try await old.receive(until: "\n") == "a\n")
            echo.server.stopAccepting()
            #expect(throws: LoopbackSocket.Failure.self) { try LoopbackSocket(port: echo.port) }
            try await old.send("b\n")
            #expect(try await old.receive(until: "\n") == "b\n")
        }
    }

    @Test(arguments: Carriage.allCases) func stoppingWhileBusyClosesEveryLink(carriage: Carriage) async throws {
        try await withServer(carriage, loopCount: 2) { echo in
            let clients = try (0..<10).map { _ in try echo.client() }
            for client in clients { client.send(String(repeating: "busy\n", count: 10_000)) }
            for client in clients { await client.wait(for: "busy") }
            await echo.server.stop()
            #expect(echo.events.elements.count { $0 == .closed(.stopping) } == 10)
            for client in clients { #expect(await client.end() != nil) }
            #expect(echo.server.loops.allSatisfy { !$0.post { _ in } })
            await echo.server.stop()  // again is nothing
        }
    }

    @Test func nobodyThereIsAReason() async throws {
        let client = try LoopClient(to: try LoopbackPort.free(), tls: nil)
        #expect(await client.end() == .notConnected("Connection refused"))
        await client.loop.stop()
    }

    @Test func aNameWithoutAddressIsAReason() async throws {
        let client = try LoopClient(to: 1, host: "no-such-host.invalid", tls: nil)
        guard case .notConnected = await client.end() else {
            Issue.record("it has one")
            return
        }
        await client.loop.stop()
    }

    @Test func connectingHasItsTime() async throws {
        // A listener whose line is full answers nobody.
        let listener = try LoopbackListener(backlog: 0)
        let waiting = try LoopbackSocket(port: listener.port)
        var settings = LoopSettings()
        settings.connectTime = .milliseconds(100)
        settings.tickInterval = .milliseconds(10)
        let clients = try (0..<3).map { _ in try LoopClient(to: listener.port, tls: nil, settings: settings) }
        #expect(await clients[2].end() == .timedOut(.connecting))
        for client in clients { await client.loop.stop() }
        withExtendedLifetime(waiting) {}
    }

    @Test func aClosedLinkIsHarmless() async throws {
        try await withServer { echo in
            let client = try echo.client()
            await client.arrivals.wait(for: .opened)
            let kept = Kept()
            echo.server.loops[0].post { handler in handler.kept = handler.links.first }
            client.send("drop\n")
            #expect(await client.end() == .peer)
            await withCheckedContinuation { continuation in
                echo.server.loops[0].post { handler in
                    handler.kept?.send(Array("nothing".utf8))
                    handler.kept?.close()
                    kept.session.withLock { $0 = handler.kept?.session != nil }
                    continuation.resume()
                }
            }
            #expect(kept.session.withLock(\.self) == false)
        }
    }

    private final class Kept: Sendable {
        let session = Mutex<Bool?>(nil)
    }
}
