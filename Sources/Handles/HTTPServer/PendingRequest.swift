internal import CMicroHTTPD
import Synchronization
import System

/// One request from the end of its headers to the end of its answer.
@safe final class PendingRequest: Sendable {
    struct Head {
        let method: String
        let target: RequestTarget
        let headers: [String: String]
        let peer: RemoteAddress
    }

    private struct State {
        var body: [UInt8] = []
        var bodyByteCount = 0
        var wasDispatched = false
        var answer: OutgoingResponse?
        var stream: ResponseStream?
    }

    let head: Head
    // Valid from the start to `completed`; other threads touch it only while it is suspended, which keeps it open.
    private nonisolated(unsafe) let connection: OpaquePointer
    private let state = Mutex(State())

    @unsafe init(_ head: Head, connection: OpaquePointer) {
        self.head = head
        unsafe self.connection = connection
    }

    /// How many bytes have come, kept or not.
    var bodyByteCount: Int { state.withLock { $0.bodyByteCount } }

    /// Keeps no more than `byteCountMax`.
    ///
    /// - Returns: How many bytes were kept of these.
    func append(_ bytes: UnsafeRawBufferPointer, byteCountMax: Int) -> Int {
        state.withLock { state in
            state.bodyByteCount += bytes.count
            guard state.bodyByteCount <= byteCountMax else {
                defer { state.body = [] }
                return -state.body.count
            }
            unsafe state.body += bytes
            return bytes.count
        }
    }

    var keptByteCount: Int { state.withLock { $0.body.count } }

    /// Pauses the connection until `answer`; only from libmicrohttpd's own call for it.
    ///
    /// - Returns: The whole request for whoever answers it.
    func dispatch() -> IncomingRequest {
        state.withLock { state in
            precondition(!state.wasDispatched)
            state.wasDispatched = true
            unsafe MHD_suspend_connection(connection)
            return IncomingRequest(
                method: head.method,
                path: head.target.path,
                query: head.target.query,
                headers: head.headers,
                body: state.body,
                peer: head.peer
            )
        }
    }

    /// Lets the connection go on with its answer.
    func answer(_ response: OutgoingResponse) {
        state.withLock { state in
            state.answer = response
            if case .stream(let stream) = response.body { state.stream = stream }
        }
        unsafe MHD_resume_connection(connection)
    }

    /// The body of its answer, if that is a stream.
    var stream: ResponseStream? { state.withLock { $0.stream } }

    func takeAnswer() -> OutgoingResponse? {
        state.withLock { $0.answer.take() }
    }
}
