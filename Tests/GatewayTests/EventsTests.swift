import Gateway
import HTTPClient
import JSON
import Messages
import Synchronization
import Testing

@Suite struct EventsTests {
    /// What one listener has heard.
    private final class Listener: Sendable {
        private let events = Mutex<[ServerSentEvent]>([])
        private let parser = Mutex(ServerSentEventParser(byteCountMax: 1 << 20))
        private let task: Mutex<Task<HTTPResponse, any Error>?> = Mutex(nil)

        init(_ url: String) {
            let task = Task { [self] in
                try await HTTPConnection().stream(HTTPRequest(url: url, timeout: .seconds(30))) { bytes in
                    let new = self.parser.withLock { parser in (try? parser.append(bytes)) ?? [] }
                    self.events.withLock { $0 += new }
                }
            }
            self.task.withLock { $0 = task }
        }

        func heard(_ name: String) throws -> [JSON] {
            try events.withLock { $0 }.filter { $0.name == name }.map { try JSON(parsing: Array($0.data.utf8)) }
        }

        func leave() async {
            let task = task.withLock { $0 }
            task?.cancel()
            _ = await task?.result
        }
    }

    @Test func jobsAndBlocksAreHeardOnceEach() async throws {
        try await GatewayFixture.run { gateway in
            try await gateway.settleJob()
            let listener = Listener(gateway.url("/events"))
            try await gateway.settle { try listener.heard("job").count == 1 }
            #expect(try listener.heard("job")[0] == (try await gateway.json("GET", "/getblock")))
            // Announced and then also found by asking: heard once.
            gateway.pool.update { $0.job = FakePool.job(2) }
            gateway.pool.jobEvents.publish(FakePool.job(2))
            gateway.pool.jobEvents.publish(FakePool.job(1))
            let hash = [UInt8](repeating: 5, count: 32)
            gateway.pool.blockEvents.publish(BlockChanged(height: 9, hash: hash, state: .submitted))
            try await gateway.settle { try listener.heard("block").count == 1 }
            gateway.pool.update { $0.blocks = [BlockEntry(height: 9, hash: hash, state: .accepted)] }
            try await gateway.settle { try listener.heard("block").count == 2 }
            try await gateway.settleJob("0000000000000002")
            #expect(
                try listener.heard("job").compactMap { $0["job_id"]?.string } == [
                    "0000000000000001", "0000000000000002",
                ]
            )
            #expect(try listener.heard("block").compactMap { $0["state"]?.string } == ["SUBMITTED", "ACCEPTED"])
            #expect(try listener.heard("bin").isEmpty)
            await listener.leave()
        }
    }

    @Test func aClientThatNamesItselfIsOfferedBinsAheadOfNeed() async throws {
        let pool = FakePool()
        pool.update { $0.nextOffer = FakePool.offer(start: 0, count: 10, durationMs: 200) }
        try await GatewayFixture.run(pool) { gateway in
            try await gateway.settleJob()
            let me = try await gateway.join()
            let id = try #require(me["id"]?.string)
            let listener = Listener(gateway.url("/events?id=\(id)&public_key=\(GatewayFixture.key)"))
            let stranger = Listener(gateway.url("/events"))
            try await gateway.settle { try listener.heard("job").count == 1 }
            _ = try await gateway.json("POST", "/getbin", me)
            try await gateway.settle { try listener.heard("bin").count == 1 }
            let done = me.with(["bin": JSON(GatewayFixture.bin), "hashes": [], "done": true])
            _ = try await gateway.json("POST", "/reduce_diff_hash", done)
            try await gateway.settle { try listener.heard("bin").count == 2 }
            // A new tip makes its work worthless: it is given other work at once.
            pool.update { $0.job = FakePool.job(3, clean: true) }
            try await gateway.settle { try listener.heard("bin").count == 3 }
            #expect(try listener.heard("bin")[0]["bin"]?.string == GatewayFixture.bin)
            #expect(try stranger.heard("bin").isEmpty)
            // One that it asked for and three that it was offered: none into the void.
            #expect(pool.read { $0.leases.count } == 4)
            await listener.leave()
            await stranger.leave()
        }
    }

    @Test func streamsAreBounded() async throws {
        var settings = GatewayFixture.settings()
        settings.streamCountPerAddressMax = 2
        try await GatewayFixture.run(settings: settings) { gateway in
            try await gateway.settleJob()
            let listeners = (0..<2).map { _ in Listener(gateway.url("/events")) }
            for listener in listeners { try await gateway.settle { try listener.heard("job").count == 1 } }
            let refused = try await gateway.send("GET", "/events")
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] == "30")
            let head = try await gateway.send("HEAD", "/events")
            #expect(head.headers["content-type"] == "text/event-stream")
            for listener in listeners { await listener.leave() }
        }
    }
}
