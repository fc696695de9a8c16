internal import CNNG
internal import Synchronization

/// The asking end: many calls under way at once, each given to one of the peers that are connected.
///
/// When a peer dies, nng sends the calls that it had to another one, or to the same when it is back.
package final class RequestSocket: Sendable {
    private struct Calls {
        var underWay = 0
        var idle: [Call] = []
    }

    private struct Call: Sendable {
        let context: Context
        let operation: Operation
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

    package func close() {
        socket.close()
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
        let idle = try calls.withLock { calls throws(NNGError) in
            guard calls.underWay < socket.limits.callCountMax else {
                throw .tooManyCalls(countMax: socket.limits.callCountMax)
            }
            calls.underWay += 1
            return calls.idle.popLast()
        }
        if let idle { return idle }
        do throws(NNGError) {
            return Call(context: try Context(on: socket), operation: try Operation())
        } catch {
            calls.withLock { $0.underWay -= 1 }
            throw error
        }
    }

    private func putBack(_ call: Call) {
        calls.withLock { calls in
            calls.underWay -= 1
            calls.idle.append(call)
        }
    }
}
