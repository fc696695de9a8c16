internal import CNNG
internal import Synchronization

/// The answering end.
package final class ReplySocket: Sendable {
    private let socket: Socket
    private let contexts = Mutex<[ReplyContext]>([])

    package init(limits: SocketLimits) throws(NNGError) {
        socket = unsafe try Socket(limits) { unsafe nng_rep0_open($0) }
    }

    /// Listens at `address`, and gives the TCP port, which nng chose when the address gave port 0.
    package func listen(_ address: String) throws(NNGError) -> UInt16? {
        try socket.listen(address)
    }

    /// Returns when the address is free again; whoever waits gets `.closed`.
    package func close() async {
        let all = contexts.withLock { contexts in
            defer { contexts = [] }
            return contexts
        }
        for context in all { await context.end() }
        for context in all { context.close() }
        await socket.close()
    }

    /// One request at a time; as many contexts as requests may be in hand at once, which live as long as the socket.
    package func context() throws(NNGError) -> ReplyContext {
        let context = try ReplyContext(on: socket)
        contexts.withLock { $0.append(context) }
        return context
    }
}

/// Receives a request and sends its answer, in turn.
package final class ReplyContext: Sendable {
    private let context: Context
    private let receiving: Operation
    private let sending: Operation

    init(on socket: Socket) throws(NNGError) {
        context = try Context(on: socket)
        receiving = try Operation()
        sending = try Operation()
    }

    /// Waits for the next request.
    ///
    /// - Throws: `.cancelled` after `stopReceiving()` or when the task is cancelled, `.closed` when the socket goes away.
    package func receive() async throws(NNGError) -> [UInt8] {
        try await receiving.run(sending: nil, by: nil, .receive(context.raw))
    }

    /// Begins to answer the request that was received last; an answer to a peer that is gone is dropped.
    ///
    /// The next request may be received meanwhile; the next answer only after `sent()`.
    package func beginSending(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) throws(NNGError) {
        try context.socket.limits.check(bytes.count)
        sending.start(sending: try Message(copying: bytes), by: deadline, .send(context.raw))
    }

    /// Returns once the answer is on its way, if there is one.
    ///
    /// - Throws: `.timedOut` when the peer did not take it before its deadline.
    package func sent() async throws(NNGError) {
        try await sending.finish()
    }

    /// Both at once.
    package func send(_ bytes: [UInt8], by deadline: ContinuousClock.Instant) async throws(NNGError) {
        try beginSending(bytes, by: deadline)
        try await sent()
    }

    func end() async {
        await receiving.end()
        await sending.end()
    }

    /// After `end`.
    func close() {
        context.close()
    }

    /// Ends a wait for a request, now or later; the answer to one that is here can still be sent.
    package func stopReceiving() {
        receiving.stop()
    }
}
