internal import CMicroHTTPD

extension OutgoingResponse {
    /// Gives this to libmicrohttpd to send.
    @unsafe func queue(on connection: OpaquePointer, cut: @escaping @Sendable () -> Void) -> MHD_Result {
        guard let response = unsafe makeResponse(for: connection, cut: cut) else {
            if case .stream(let stream) = body { stream.close() }
            return .NO
        }
        for (name, value) in headers { unsafe MHD_add_response_header(response, name, value) }
        defer { unsafe MHD_destroy_response(response) }  // the connection keeps its own reference
        return unsafe MHD_queue_response(connection, UInt32(status), response)
    }

    private func makeResponse(
        for connection: OpaquePointer,
        cut: @escaping @Sendable () -> Void
    ) -> OpaquePointer? {
        switch body {
        case .bytes(let bytes):
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe MHD_create_response_from_buffer(
                    buffer.count,
                    UnsafeMutableRawPointer(mutating: buffer.baseAddress),  // only read, and copied
                    .RESPMEM_MUST_COPY
                )
            }
        case .stream(let stream):
            unsafe StreamReader(stream, connection: connection, cut: cut).makeResponse()
        }
    }
}

/// Hands a stream's bytes to libmicrohttpd.
@safe private final class StreamReader: Sendable {
    /// How much is asked of a stream at once.
    private static let blockByteCount = 4 << 10

    private let stream: ResponseStream
    private let cut: @Sendable () -> Void
    // libmicrohttpd frees its response, and with it this object, before the connection.
    private nonisolated(unsafe) let connection: OpaquePointer

    @unsafe init(_ stream: ResponseStream, connection: OpaquePointer, cut: @escaping @Sendable () -> Void) {
        self.stream = stream
        self.cut = cut
        unsafe self.connection = connection
        let resumable = unsafe Resumable(connection: connection)
        stream.attach(ResponseStream.Sender(resume: resumable.resume, cut: cut))
    }

    func makeResponse() -> OpaquePointer? {
        let context = unsafe Unmanaged.passRetained(self)
        let response = unsafe MHD_create_response_from_callback(
            .max,  // MHD_SIZE_UNKNOWN
            Self.blockByteCount,
            { context, _, buffer, count in
                guard let context = unsafe context else { return -2 }
                let reader = unsafe Unmanaged<StreamReader>.fromOpaque(context).takeUnretainedValue()
                return unsafe reader.read(UnsafeMutableRawBufferPointer(start: buffer, count: count))
            },
            context.toOpaque(),
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<StreamReader>.fromOpaque(context).takeRetainedValue().stream.close()
            }
        )
        if unsafe response == nil { unsafe context.release() }
        return unsafe response
    }

    /// As `MHD_ContentReaderCallback` wants it: -1 ends the body.
    ///
    /// -2 would end the connection, but then libmicrohttpd 0.9.75 frees it only at the socket's next event, and of a
    /// connection that has just been resumed it awaits none. A byte that cannot be sent ends it at once.
    private func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch unsafe stream.read(into: buffer, pause: { unsafe MHD_suspend_connection(connection) }) {
        case .bytes(let count): return count
        case .none: return 0
        case .end: return -1
        case .broken:
            cut()
            unsafe buffer[0] = 0
            return 1
        }
    }
}

/// A connection that is paused: nobody closes it before it goes on.
@safe private struct Resumable: Sendable {
    private nonisolated(unsafe) let connection: OpaquePointer

    @unsafe init(connection: OpaquePointer) {
        unsafe self.connection = connection
    }

    @Sendable func resume() {
        unsafe MHD_resume_connection(connection)
    }
}
