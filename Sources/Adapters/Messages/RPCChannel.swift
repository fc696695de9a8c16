/// A way to another service, whatever lies between.
package protocol RPCChannel: Sendable {
    /// Calls `method`, written as `lode.v1.Jobs/GetJob`, with a request message's bytes, and gives the reply's.
    ///
    /// Waits at most `timeout`, which is from 1 ms to 10 minutes.
    func call(_ method: String, _ payload: [UInt8], timeout: Duration) async throws(RPCError) -> [UInt8]
}

extension RPCChannel {
    /// One call with its messages as values.
    func call<Reply: WireMessage>(
        _ method: String,
        _ request: some WireMessage,
        timeout: Duration
    ) async throws(RPCError) -> Reply {
        let bytes = try await call(method, request.encoded(), timeout: timeout)
        do throws(WireError) {
            return try Reply(decoding: bytes)
        } catch {
            throw .internal("the answer to \(method) cannot be read: \(error)")
        }
    }
}

/// What a server does with a call that has arrived.
package protocol RPCDispatcher: Sendable {
    /// Every method that `dispatch` knows.
    var methods: [String] { get }

    /// Runs the handler's method on a request message's bytes, and gives the reply's.
    ///
    /// - Throws: `.unimplemented` for a method that is not in `methods`, `.invalidArgument` for a payload that
    ///   cannot be read, and whatever the handler throws.
    func dispatch(_ method: String, _ payload: [UInt8]) async throws(RPCError) -> [UInt8]
}

/// A channel to a dispatcher in the same process, without a socket.
package struct LocalChannel: RPCChannel {
    private let dispatcher: any RPCDispatcher

    package init(_ dispatcher: any RPCDispatcher) {
        self.dispatcher = dispatcher
    }

    /// The timeout is the handler's own affair here.
    package func call(_ method: String, _ payload: [UInt8], timeout: Duration) async throws(RPCError) -> [UInt8] {
        try await dispatcher.dispatch(method, payload)
    }
}

extension WireMessage {
    /// Reads a request's payload.
    init(payload: [UInt8]) throws(RPCError) {
        do throws(WireError) {
            try self.init(decoding: payload)
        } catch {
            throw .invalidArgument("\(error)")
        }
    }
}
