import Messages
import Messaging
import Testing

@Suite struct PublishTests {
    /// Publishes until the subscriber hears it: nng subscribes on its own time.
    private func hear<Body: WireMessage>(
        _ subscriber: Subscriber<Body>,
        from publisher: Publisher,
        _ message: Body,
        topic: String
    ) async throws -> Body {
        let publishing = Task {
            while !Task.isCancelled {
                publisher.publish(topic: topic, message)
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        defer { publishing.cancel() }
        return try await subscriber.next()
    }

    @Test("a subscriber hears its topic and no other, not even one that its own begins", arguments: Transport.allCases)
    func topics(over transport: Transport) async throws {
        let publisher = try Publisher(listening: [transport.address()])
        let subscriber = try Subscriber<Tip>(dialing: publisher.addresses, topic: "tip")
        #expect(try await hear(subscriber, from: publisher, Tip(height: 1), topic: "tip").height == 1)
        publisher.publish(topic: "tips", Tip(height: 2))
        publisher.publish(topic: "job", Tip(height: 3))
        publisher.publish(topic: "tip", Tip(height: 4))
        var height: UInt32 = 1
        while height == 1 { height = try await subscriber.next().height }
        #expect(height == 4)
    }

    @Test("a subscriber may be there first, and outlives its publisher", arguments: Transport.allCases)
    func lostPublisher(over transport: Transport) async throws {
        var address = try transport.address()
        if transport == .tcp {
            let first = try Publisher(listening: [address])
            address = first.addresses[0]
            await first.close()
        }
        let subscriber = try Subscriber<Tip>(dialing: [address], topic: "tip")
        for height in UInt32(1)...3 {
            let publisher = try Publisher(listening: [address])
            var heard: UInt32 = 0
            while heard != height {
                heard = try await hear(subscriber, from: publisher, Tip(height: height), topic: "tip").height
            }
            await publisher.close()
        }
    }

    @Test("a subscriber that is late, or that is gone, is no concern of the others", arguments: Transport.allCases)
    func lateAndLostSubscribers(over transport: Transport) async throws {
        let publisher = try Publisher(listening: [transport.address()])
        publisher.publish(topic: "tip", Tip(height: 1))  // nobody is there: lost, and that is all
        let lost = try Subscriber<Tip>(dialing: publisher.addresses, topic: "tip")
        #expect(try await hear(lost, from: publisher, Tip(height: 2), topic: "tip").height == 2)
        await lost.close()
        let late = try Subscriber<Tip>(dialing: publisher.addresses, topic: "tip")
        #expect(try await hear(late, from: publisher, Tip(height: 3), topic: "tip").height == 3)
        await #expect(throws: MessagingError.closed) { try await lost.next() }
    }

    @Test func everyPublisherOfAListIsHeard() async throws {
        let publishers = try (0..<2).map { _ in try Publisher(listening: [Transport.inproc.address()]) }
        let subscriber = try Subscriber<Tip>(dialing: publishers.flatMap(\.addresses), topic: "tip")
        for (number, publisher) in publishers.enumerated() {
            let tip = Tip(height: UInt32(number))
            var heard: Tip?
            while heard != tip { heard = try await hear(subscriber, from: publisher, tip, topic: "tip") }
        }
    }

    @Test func cancellationEndsAWait() async throws {
        let subscriber = try Subscriber<Tip>(dialing: [Transport.inproc.address()], topic: "tip")
        let waiting = Task { try await subscriber.next() }
        waiting.cancel()
        await #expect(throws: MessagingError.cancelled) { try await waiting.value }
    }

    @Test("what is too large to publish, or cannot be read, is dropped")
    func unusable() async throws {
        let limits = RPCLimits(messageByteCountMax: 1_000)
        let publisher = try Publisher(listening: [Transport.inproc.address()], limits: limits)
        #expect(!publisher.publish(topic: "tip", Tip(hash: [UInt8](repeating: 1, count: 1_000))))
        let subscriber = try Subscriber<Tip>(dialing: publisher.addresses, topic: "tip")
        // A Client's address stands where a Tip has its height.
        #expect(try await hear(subscriber, from: publisher, Tip(height: 1), topic: "tip").height == 1)
        publisher.publish(topic: "tip", Client(address: "no tip"))
        publisher.publish(topic: "tip", Tip(height: 9))
        var height: UInt32 = 1
        while height == 1 { height = try await subscriber.next().height }
        #expect(height == 9)
    }
}
