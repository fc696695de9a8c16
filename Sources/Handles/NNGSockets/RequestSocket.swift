internal import CNNG
internal import Synchronization

/// The asking end: many calls under way at once, each given to one of the peers that are connected.
///
/// When a peer dies, nng sends the calls that it had to another one, or to the same when it is back.
package final class RequestSocket: Sendable {
    private struct Calls {
        /// Every call's means, in use or not.
        var all: [Call] = []
        var idle: [Call] = []
        var isClosed = false
    }

    private final class Call: Sendable {
        let context: Context
        let operation: Operation

        init(on socket: Socket) throws(NNGError) {
            context = try Context(on: socket)
            operation = try Operation()
        }
    }

    private let socket: Socket
    private let calls = Mutex(Calls())

    package init(limits: SocketLimits) throws(NNGError) {
        socket = unsafe try Socket(limits) { unsafe nng_req0_open($0) }
    }

    /// Keeps dialling `address`; nobody need listen there yet.
    package func dial(_ address: String) throws(NNGError) {
        try socket.dial(address)
    }

    /// Calls under way end with `.closed`, and so do later ones.
    package func close() async {
        let all = calls.withLock { calls in
            defer { calls = Calls(isClosed: true) }
            return calls.all
        }
        for call in all { await call.operation.end() }
        for call in all { call.context.close() }
        await socket.close()
    }

    /// Sends `bytes` and waits for the answer.
    ///
    /// - Throws: `.noPeer` and `.timedOut` when `timeout` has passed, `.cancelled` when the task is cancelled.
    package func call(_ bytes: [UInt8], timeout: Duration) async throws(NNGError) -> [UInt8] {
        try socket.limits.check(bytes.count)
        let message = try Message(copying: bytes)
        let call = try take()
        defer { putBack(call) }
        let context = call.context.raw
        let reply = try await call.operation.run(
            sending: message,
            by: .now + timeout,
            .send(context),
            then: .receive(context)
        )
        try socket.limits.check(reply.count)
        return reply
    }

    private func take() throws(NNGError) -> Call {
        try calls.withLock { calls throws(NNGError) in
            guard !calls.isClosed else { throw .closed }
            if let idle = calls.idle.popLast() { return idle }
            guard calls.all.count < socket.limits.callCountMax else {
                throw .tooManyCalls(countMax: socket.limits.callCountMax)
            }
            let call = try Call(on: socket)
            calls.all.append(call)
            return call
        }
    }

    private func putBack(_ call: Call) {
        calls.withLock { if !$0.isClosed { $0.idle.append(call) } }
    }
}
