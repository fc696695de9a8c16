internal import CMicroHTTPD
import Synchronization
import System

/// What happens on libmicrohttpd's thread: requests come in whole, or are refused.
final class Intake: Sendable {
    /// A body without a stated length is read on past its limit, unkept, so that the refusal is understood.
    private static let discardedByteCountMax = 1 << 20

    struct Admitted: Sendable {
        let request: IncomingRequest
        let pending: PendingRequest
    }

    let table: ConnectionTable
    let limits: HTTPLimits
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let refusal: @Sendable (HTTPRefusal) -> OutgoingResponse
    /// `false` when nobody answers any more.
    private let admit: @Sendable (Admitted) -> Bool
    private let bodyByteCountInAll = Atomic<Int>(0)
    /// Being answered by a handler.
    private let inFlightCount = Atomic<Int>(0)
    /// From the end of their headers to the end of their answers.
    private let pendingCount = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)

    init(
        limits: HTTPLimits,
        refusal: @escaping @Sendable (HTTPRefusal) -> OutgoingResponse,
        admit: @escaping @Sendable (Admitted) -> Bool
    ) {
        self.limits = limits
        self.refusal = refusal
        self.admit = admit
        table = ConnectionTable(limits)
        start = clock.now
    }

    var hasPending: Bool { pendingCount.load(ordering: .relaxed) > 0 }

    /// Streams end, and every answer closes its connection.
    func beginStop() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        for (_, stream) in table.streaming { stream.finish() }
    }

    func finished(_ pending: PendingRequest, with response: OutgoingResponse) {
        inFlightCount.subtract(1, ordering: .relaxed)
        pending.answer(response)
    }

    func cutOverdue() {
        table.cutOverdue(at: now)
    }

    /// Ends the connections whose clients have gone unnoticed.
    ///
    /// A client that ends its sending while it is streamed to is taken for gone; one that waits for a plain answer
    /// still gets that.
    func endDeparted() {
        for stream in table.nudgeDeparted() { stream.cutOff() }
        // What is left of a stream must be read as fast as any answer.
        for (connection, stream) in table.streaming where stream.isFinished && !connection.hasDeadline {
            connection.setDeadline(time(after: limits.answerDeadline))
        }
    }

    // MARK: - Connections

    func opened(descriptor: Int32, peer: RemoteAddress) -> ClientConnection {
        let connection = ClientConnection(
            descriptor: descriptor,
            peer: peer,
            deadline: time(after: limits.headerDeadline)
        )
        table.opened(connection)
        return connection
    }

    func requestLineArrived(_ target: String, on connection: ClientConnection) {
        connection.target.withLock { $0 = target }
        connection.setDeadline(time(after: limits.headerDeadline))
    }

    // MARK: - Requests

    func began(_ pending: PendingRequest, on connection: ClientConnection) {
        pendingCount.add(1, ordering: .relaxed)
        connection.setDeadline(time(after: limits.bodyDeadline))
    }

    /// - Returns: Why the request is refused before its body is read.
    func refusal(ofHead head: PendingRequest.Head, byteCount: Int) -> HTTPRefusal? {
        if byteCount > limits.headerByteCountMax { return .headerTooLarge(byteCountMax: limits.headerByteCountMax) }
        guard let length = head.headers["content-length"] else { return nil }
        // Two lengths, or a length and chunks: whoever stands before this server may have read it otherwise.
        guard head.headers["transfer-encoding"] == nil, let count = UInt64(length) else { return .malformed }
        return count > limits.bodyByteCountMax ? .bodyTooLarge(byteCountMax: limits.bodyByteCountMax) : nil
    }

    /// - Returns: `false` when the connection must end now.
    func received(_ bytes: UnsafeRawBufferPointer, for pending: PendingRequest) -> Bool {
        let kept = unsafe pending.append(bytes, byteCountMax: limits.bodyByteCountMax)
        bodyByteCountInAll.add(kept, ordering: .relaxed)
        return pending.bodyByteCount <= limits.bodyByteCountMax + Self.discardedByteCountMax
    }

    /// Gives a whole request to a handler.
    ///
    /// - Returns: Why it is refused instead.
    func dispatch(_ pending: PendingRequest, on connection: ClientConnection) -> HTTPRefusal? {
        guard pending.bodyByteCount <= limits.bodyByteCountMax else {
            return .bodyTooLarge(byteCountMax: limits.bodyByteCountMax)
        }
        guard !isStopping.load(ordering: .relaxed),
            bodyByteCountInAll.load(ordering: .relaxed) <= limits.bodyByteCountInAllMax,
            inFlightCount.load(ordering: .relaxed) < limits.requestsInFlightMax
        else { return .busy }
        inFlightCount.add(1, ordering: .relaxed)
        connection.setDeadline(.max)  // the handler keeps its own time
        if !admit(Admitted(request: pending.dispatch(), pending: pending)) {
            finished(pending, with: response(to: .busy))
        }
        return nil
    }

    func response(to refusal: HTTPRefusal) -> OutgoingResponse {
        self.refusal(refusal)
    }

    /// The answer as it goes out.
    func sending(_ response: OutgoingResponse, on connection: ClientConnection) -> OutgoingResponse {
        var response = response
        switch response.body {
        case .bytes: connection.setDeadline(time(after: limits.answerDeadline))
        case .stream(let stream):
            connection.setDeadline(.max)
            connection.stream.withLock { $0 = stream }
        }
        guard isStopping.load(ordering: .sequentiallyConsistent) else { return response }
        response.headers.append(("Connection", "close"))
        if case .stream(let stream) = response.body { stream.finish() }
        return response
    }

    /// The answer has gone out, or nobody is there to read it; a request refused by its head has no `pending`.
    func completed(_ pending: PendingRequest?, on connection: ClientConnection?) {
        if let pending {
            pendingCount.subtract(1, ordering: .relaxed)
            bodyByteCountInAll.subtract(pending.keptByteCount, ordering: .relaxed)
        }
        if let stream = pending?.stream {
            stream.close()
            connection?.stream.withLock { $0 = nil }
        }
        // Silence is libmicrohttpd's to end; a next request that only trickles in has both times together.
        connection?.setDeadline(time(after: limits.idleTime + limits.headerDeadline))
    }

    // MARK: - Time

    private var now: Int64 { Self.nanoseconds(start.duration(to: clock.now)) }

    private func time(after duration: Duration) -> Int64 {
        now + Self.nanoseconds(duration)
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
