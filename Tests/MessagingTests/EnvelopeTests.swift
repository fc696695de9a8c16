import Messages
import Messaging
import NNGSockets
import ServiceRuntime
import Testing

/// What a peer sends that does not keep the contract: bytes on a bare socket.
@Suite struct EnvelopeTests {
    private static let good = Request(requestID: 5, method: Replies.method, timeoutMs: 1_000, payload: [1])

    @Test(
        "a bad envelope is answered with the reason, and the next one is served",
        arguments: [
            ([], .invalidArgument, 0),
            ([0xff, 0xff, 0xff], .invalidArgument, 0),
            (Request(requestID: 5, method: Replies.method).encoded(), .invalidArgument, 5),
            (Request(requestID: 5, method: Replies.method, timeoutMs: 600_001).encoded(), .invalidArgument, 5),
            (Request(requestID: 5, method: "", timeoutMs: 1).encoded(), .unimplemented, 5),
            (
                Request(requestID: 5, method: String(repeating: "m", count: 100_000), timeoutMs: 1).encoded(),
                .unimplemented, 5
            ),
            (good.encoded() + [0xf8, 0x07, 0x01], .ok, 5),  // a field of a newer peer
            (good.encoded(), .ok, 5),
        ] as [([UInt8], RPCStatus, UInt64)]
    )
    func requests(bytes: [UInt8], status: RPCStatus, requestID: UInt64) async throws {
        let server = try RunningServer(at: Transport.inproc.address(), Replies())
        let socket = try RequestSocket(limits: SocketLimits())
        try socket.dial(server.address.description)
        for _ in 0..<2 {
            let reply = try Reply(decoding: await socket.call(bytes, timeout: .seconds(20)))
            #expect(reply.status == status.rawValue)
            #expect(reply.requestID == requestID)
            #expect(reply.message.isEmpty == (status == .ok))
        }
        try await server.stop()
    }

    @Test(
        "an answer that does not keep the contract is an error, not a value",
        arguments: [
            ([0xff], .internal),
            (Reply(requestID: 99, payload: [1]).encoded(), .internal),
            (Reply(requestID: 0, status: 3, message: "unreadable").encoded(), .invalidArgument),
            (Reply(requestID: 1, status: 4_000, message: "from a newer peer").encoded(), .unknown),
        ] as [([UInt8], RPCStatus)]
    )
    func replies(bytes: [UInt8], expected: RPCStatus) async throws {
        let address = try Transport.inproc.address()
        let socket = try ReplySocket(limits: SocketLimits())
        _ = try socket.listen(address.description)
        let context = try socket.context()
        let answering = Task {
            _ = try await context.receive()
            try await context.send(bytes, by: .now + .seconds(20))
        }
        let client = try RPCClient(dialing: [address], metrics: Metrics())
        do {
            _ = try await client.call([])
            Issue.record("was taken")
        } catch {
            #expect(error.code == expected)
        }
        try await answering.value
        await socket.close()
    }
}
