import Foundation
import Messages
import Messaging
import ServiceRuntime
import Synchronization
import Testing

@Suite struct RPCTests {
    private func client(_ addresses: MessagingAddress..., limits: RPCLimits = .standard) throws -> RPCClient {
        try RPCClient(dialing: addresses, limits: limits, metrics: Metrics())
    }

    @Test(arguments: Transport.allCases)
    func aCallIsAnswered(over transport: Transport) async throws {
        let server = try RunningServer(at: transport.address(), Replies { $0.reversed() })
        #expect(try await client(server.address).call([1, 2, 3]) == [3, 2, 1])
        #expect(try await client(server.address).call([]) == [])
        try await server.stop()
    }

    @Test("a client that is there first waits for its server", arguments: Transport.allCases)
    func anyOrder(over transport: Transport) async throws {
        var address = try transport.address()
        if transport == .tcp {  // a port that is free, now that its first listener has gone
            let first = try RunningServer(at: address, Replies())
            address = first.address
            try await first.stop()
        }
        let client = try client(address)
        async let early = client.call([1])
        let server = try RunningServer(at: address, Replies())
        #expect(try await early == [1])
        try await server.stop()
    }

    @Test("a call survives its server, and is answered by the next one at the address", arguments: Transport.allCases)
    func aServerComesBack(over transport: Transport) async throws {
        let arrived = Event()
        let first = try RunningServer(
            at: transport.address(),
            limits: RPCLimits(messageByteCountMax: 1 << 20, drainTime: .zero),
            Replies { _ throws(RPCError) in
                arrived.happen()
                do { try await Task.sleep(for: .seconds(60)) } catch { throw RPCError(.aborted, "") }
                return [1]
            }
        )
        let client = try client(first.address)
        async let call = client.call([7])
        await arrived.wait()
        // Killed: the connection goes away and no answer was sent.
        await first.server.close()
        let second = try RunningServer(at: first.address, Replies { _ in [2] })
        #expect(try await call == [2])
        #expect(try await client.call([7]) == [2])
        try await second.stop()
        try? await first.stop()
    }

    @Test("64 and more calls are under way at once on one socket", arguments: Transport.allCases)
    func manyOutstanding(over transport: Transport) async throws {
        let count = 200
        let arrivals = Mutex(0)
        let all = Event()
        let server = try RunningServer(
            at: transport.address(),
            Replies { payload in
                let isLast = arrivals.withLock { arrivals in
                    arrivals += 1
                    return arrivals == count
                }
                if isLast { all.happen() }
                await all.wait()  // nobody is answered before everybody has asked
                return payload
            }
        )
        let client = try client(server.address)
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for number in 0..<count {
                group.addTask { (number, try await client.call([UInt8(number)])) }
            }
            for try await (number, answer) in group { #expect(answer == [UInt8(number)]) }
        }
        try await server.stop()
    }

    @Test("calls spread over every replica that is there", arguments: Transport.allCases)
    func spreading(over transport: Transport) async throws {
        let here = try RunningServer(at: transport.address(), Replies { _ in [1] })
        let there = try RunningServer(at: transport.address(), Replies { _ in [2] })
        let client = try client(here.address, there.address)
        var seen: Set<[UInt8]> = []
        while seen.count < 2 { seen.insert(try await client.call([])) }
        try await here.stop()
        for _ in 0..<10 { #expect(try await client.call([]) == [2]) }
        try await there.stop()
    }

    @Test func nobodyThereIsUnavailable() async throws {
        let client = try client(Transport.inproc.address())
        #expect(await status { try await client.call([], timeout: .milliseconds(20)) } == .unavailable)
    }

    @Test(arguments: Transport.allCases)
    func aSlowAnswerPassesItsDeadline(over transport: Transport) async throws {
        let cancelled = Event()
        let server = try RunningServer(
            at: transport.address(),
            Replies { payload in
                guard payload == [1] else { return payload }
                try? await Task.sleep(for: .seconds(60))
                if Task.isCancelled { cancelled.happen() }
                return []
            }
        )
        let client = try client(server.address)
        #expect(try await client.call([2]) == [2])
        #expect(await status { try await client.call([1], timeout: .milliseconds(50)) } == .deadlineExceeded)
        await cancelled.wait()  // the server gave up as well, for nobody waits
        #expect(try await client.call([2]) == [2])
        try await server.stop()
    }

    @Test("the one place of a server serves on after calls that were cancelled in it")
    func placeAfterCancellation() async throws {
        let cancelledCalls = Mutex(0)
        let server = try RunningServer(
            at: try Transport.inproc.address(),
            limits: RPCLimits(messageByteCountMax: 1 << 20, callCountMax: 1),
            Replies { payload in
                guard payload == [1] else { return payload + [Task.isCancelled ? 1 : 0] }
                try? await Task.sleep(for: .seconds(600))
                cancelledCalls.withLock { $0 += 1 }
                return []
            }
        )
        let client = try client(server.address)
        for round in 1...3 {
            #expect(await status { try await client.call([1], timeout: .milliseconds(50)) } == .deadlineExceeded)
            for _ in 0..<3 { #expect(try await client.call([2]) == [2, 0]) }
            #expect(cancelledCalls.withLock { $0 } == round)
        }
        try await server.stop()
    }

    @Test("a cancelled task ends its call at once", arguments: [true, false], [Transport.inproc, .exchange])
    func cancellation(hasServer: Bool, over transport: Transport) async throws {
        let arrived = Event()
        let release = Event()
        let address = try transport.address()
        let server =
            hasServer
            ? try RunningServer(
                at: address,
                Replies { _ in
                    arrived.happen()
                    await release.wait()
                    return []
                }
            ) : nil
        let client = try client(address)
        let call = Task { try await client.call([], timeout: .seconds(600)) }
        if hasServer { await arrived.wait() }
        call.cancel()
        let outcome = await call.result
        #expect((outcome.failure as? RPCError)?.code == .cancelled)
        release.happen()
        try await server?.stop()
    }

    @Test("a server that stops finishes what it has in hand, and takes nothing new", arguments: Transport.allCases)
    func stoppingWithACallInHand(over transport: Transport) async throws {
        let arrived = Event()
        let release = Event()
        let server = try RunningServer(
            at: transport.address(),
            Replies { payload in
                arrived.happen()
                await release.wait()
                return Task.isCancelled ? [0] : payload
            }
        )
        let client = try client(server.address)
        async let call = client.call([5])
        await arrived.wait()
        server.beginStopping()
        release.happen()
        #expect(try await call == [5])
        try await server.stop()
        await #expect(throws: RPCError.self) { try await client.call([6], timeout: .milliseconds(20)) }
    }

    @Test("what does not end within the drain time is cancelled", arguments: [Transport.inproc, .exchange])
    func drainTime(over transport: Transport) async throws {
        let arrived = Event()
        let server = try RunningServer(
            at: transport.address(),
            limits: RPCLimits(messageByteCountMax: 1 << 20, drainTime: .zero),
            Replies { payload in
                arrived.happen()
                try? await Task.sleep(for: .seconds(600))
                return Task.isCancelled ? [0] : payload
            }
        )
        let client = try client(server.address)
        async let call = client.call([5])
        await arrived.wait()
        try await server.stop()
        #expect(try await call == [0])
    }

    @Test("a handler's error keeps its code and its message", arguments: RPCStatus.allCases.filter { $0 != .ok })
    func handlerErrors(code: RPCStatus) async throws {
        let message = "no such thing: “job” " + String(repeating: "é", count: 2_000)
        let server = try RunningServer(
            at: Transport.inproc.address(),
            Replies { _ throws(RPCError) in throw RPCError(code, message) }
        )
        do {
            _ = try await client(server.address).call([])
            Issue.record("no error")
        } catch let error as RPCError {
            #expect(error.code == code)
            #expect(message.hasPrefix(error.message))
            #expect(error.message.utf8.count > 1_000 && error.message.utf8.count <= RPCError.messageByteCountMax)
        }
        try await server.stop()
    }

    @Test func anUnknownMethodIsUnimplemented() async throws {
        let server = try RunningServer(at: Transport.inproc.address(), Replies())
        let client = try client(server.address)
        #expect(
            await status { try await client.call("lode.v1.Test/Undo", [], timeout: .seconds(20)) } == .unimplemented
        )
        try await server.stop()
    }

    @Test func anUnreadablePayloadIsAnInvalidArgument() async throws {
        struct Tips: BlocksHandler {
            func submitBlock(_ request: BlockCandidate) async throws(RPCError) -> SubmitBlockReply { .init() }
            func getTip(_ request: Empty) async throws(RPCError) -> Tip { Tip(height: 7) }
        }
        let server = try RunningServer(at: Transport.inproc.address(), BlocksDispatcher(Tips()))
        let client = try client(server.address)
        #expect(try await BlocksClient(client, timeout: .seconds(20)).getTip(Empty()).height == 7)
        #expect(
            await status { try await client.call("lode.v1.Blocks/SubmitBlock", [0xff], timeout: .seconds(20)) }
                == .invalidArgument
        )
        try await server.stop()
    }

    @Test("a message past the bound is refused by name on either end", arguments: Transport.allCases)
    func oversized(over transport: Transport) async throws {
        let limits = RPCLimits(messageByteCountMax: 10_000)
        let server = try RunningServer(
            at: transport.address(),
            limits: limits,
            Replies { payload in [UInt8](repeating: 1, count: payload == [] ? 10_000 : 9_900) }
        )
        let client = try client(server.address, limits: limits)
        #expect(await status { try await client.call([UInt8](repeating: 1, count: 10_000)) } == .resourceExhausted)
        #expect(await status { try await client.call([]) } == .resourceExhausted)
        #expect(try await client.call([UInt8](repeating: 1, count: 9_900)).count == 9_900)
        try await server.stop()
    }

    @Test(
        "a peer that sends more than the bound loses its connection, and harms nobody",
        arguments: [Transport.ipc, .tcp]
    )
    func oversizedPeer(over transport: Transport) async throws {
        let server = try RunningServer(
            at: transport.address(),
            limits: RPCLimits(messageByteCountMax: 10_000),
            Replies()
        )
        let careless = try client(server.address, limits: RPCLimits(messageByteCountMax: 1_000_000))
        let polite = try client(server.address)
        await #expect(throws: RPCError.self) {
            try await careless.call([UInt8](repeating: 1, count: 100_000), timeout: .milliseconds(100))
        }
        #expect(try await polite.call([1]) == [1])
        try await server.stop()
    }

    @Test("16 MiB pass where the limits say so", arguments: Transport.allCases)
    func large(over transport: Transport) async throws {
        let server = try RunningServer(at: transport.address(), limits: .jobs, Replies())
        let payload = [UInt8](repeating: 9, count: 16_000_000)
        #expect(try await client(server.address, limits: .jobs).call(payload) == payload)
        try await server.stop()
    }

    @Test("a busy address is named", arguments: Transport.allCases)
    func busyAddress(over transport: Transport) async throws {
        let server = try RunningServer(at: transport.address(), Replies())
        #expect(throws: MessagingError.addressInUse(server.address)) {
            _ = try RPCServer(
                name: "second",
                listening: [server.address],
                dispatcher: Replies(),
                surroundings: surroundings()
            )
        }
        #expect(throws: MessagingError.addressInUse(server.address)) {
            _ = try Publisher(listening: [server.address])
        }
        try await server.stop()
    }

    @Test func callsAreCountedOnBothEnds() async throws {
        let metrics = Metrics()
        let server = try RunningServer(
            at: Transport.inproc.address(),
            metrics: metrics,
            Replies { payload throws(RPCError) in
                guard payload.isEmpty else { throw .notFound("x") }
                return []
            }
        )
        let client = try RPCClient(dialing: [server.address], metrics: metrics)
        _ = try await client.call([])
        _ = try? await client.call([1])
        _ = try? await client.call("lode.v1.Test/Invented", [], timeout: .seconds(20))
        try await server.stop()
        let text = metrics.exposition
        for side in ["client", "server"] {
            #expect(text.contains(#"lode_rpc_\#(side)_calls_total{method="lode.v1.Test/Do",status="ok"} 1"#))
            #expect(text.contains(#"lode_rpc_\#(side)_calls_total{method="lode.v1.Test/Do",status="not_found"} 1"#))
            #expect(text.contains(#"lode_rpc_\#(side)_seconds_count{method="lode.v1.Test/Do"} 2"#))
        }
        #expect(text.contains(#"lode_rpc_server_calls_total{method="unknown",status="unimplemented"} 1"#))
    }

    /// How a call ended.
    private func status<Value>(_ call: () async throws -> Value) async -> RPCStatus? {
        do {
            _ = try await call()
            return .ok
        } catch {
            return (error as? RPCError)?.code
        }
    }
}

extension Result {
    var failure: Failure? {
        guard case .failure(let error) = self else { return nil }
        return error
    }
}
