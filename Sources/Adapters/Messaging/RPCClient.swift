package import Messages
internal import NNGSockets
package import ServiceRuntime
internal import Synchronization

/// Calls another service's replicas: many calls at once over one socket.
///
/// Replicas may start later, die and come back; each call goes to one that is connected, and to another one when
/// that dies meanwhile. So a handler may see a call twice.
package final class RPCClient: RPCChannel {
    private let socket: RequestSocket
    private let limits: RPCLimits
    private let peers: String
    private let addresses: [MessagingAddress]
    private let metrics: CallMetrics
    private let lastRequestID = Atomic<UInt64>(0)
    private let turn = Atomic<UInt32>(0)

    /// Keeps dialling `addresses`, the replicas of one service, from now on.
    package init(
        dialing addresses: [MessagingAddress],
        limits: RPCLimits = .standard,
        metrics: Metrics
    ) throws(MessagingError) {
        precondition(!addresses.isEmpty)
        let socket = try MessagingError.opening { () throws(NNGError) in try RequestSocket(limits: limits.socket) }
        for address in addresses {
            try MessagingError.at(address) { text throws(NNGError) in try socket.dial(text) }
        }
        self.socket = socket
        self.limits = limits
        self.addresses = addresses
        self.metrics = CallMetrics(metrics, side: "client")
        peers = addresses.map(\.description).joined(separator: ", ")
    }

    package func call(_ method: String, _ payload: [UInt8], timeout: Duration) async throws(RPCError) -> [UInt8] {
        let start = ContinuousClock.now
        do throws(RPCError) {
            let answer = try await answer(method, payload, timeout: timeout)
            metrics.record(method, .ok, took: .now - start)
            return answer
        } catch {
            metrics.record(method, error.code, took: .now - start)
            throw error
        }
    }

    private func answer(_ method: String, _ payload: [UInt8], timeout: Duration) async throws(RPCError) -> [UInt8] {
        // Replicas in turn, as the socket would choose.
        let first = addresses.count > 1 ? Int(truncatingIfNeeded: turn.wrappingAdd(1, ordering: .relaxed).newValue) : 0
        for offset in addresses.indices {
            let address = addresses[(first &+ offset) % addresses.count]
            if let outcome = await address.inProcess?.call(method, payload, timeout: timeout) {
                return try outcome.get()
            }
        }
        return try await exchange(method, payload, timeout: timeout)
    }

    private func exchange(_ method: String, _ payload: [UInt8], timeout: Duration) async throws(RPCError) -> [UInt8] {
        let request = Request(
            requestID: lastRequestID.wrappingAdd(1, ordering: .relaxed).newValue,
            method: method,
            timeoutMs: RPCLimits.milliseconds(timeout),
            payload: payload
        )
        let bytes: [UInt8]
        do throws(NNGError) {
            bytes = try await socket.call(request.encoded(), timeout: .milliseconds(Int64(request.timeoutMs)))
        } catch {
            throw failure(error, of: request)
        }
        let reply: Reply
        do throws(WireError) {
            reply = try Reply(decoding: bytes)
        } catch {
            throw .internal("the answer of \(peers) to \(method) cannot be read: \(error)")
        }
        guard reply.status == RPCStatus.ok.rawValue else {
            throw RPCError(RPCStatus(rawValue: reply.status) ?? .unknown, reply.message)
        }
        guard reply.requestID == request.requestID else {
            throw .internal("the answer of \(peers) to \(method) belongs to another call")
        }
        return reply.payload
    }

    private func failure(_ cause: NNGError, of request: Request) -> RPCError {
        let within = "within \(request.timeoutMs) ms"
        switch cause {
        case .noPeer: return .unavailable("nobody at \(peers) took \(request.method) \(within)")
        case .timedOut: return .deadlineExceeded("no answer of \(peers) to \(request.method) \(within)")
        case .cancelled: return .cancelled("\(request.method) was cancelled")
        case .messageTooLarge, .tooManyCalls: return .resourceExhausted("\(request.method) to \(peers): \(cause)")
        case .closed, .addressInUse, .addressInvalid, .transportMissing, .other:
            return .unavailable("\(request.method) to \(peers): \(cause)")
        }
    }
}
