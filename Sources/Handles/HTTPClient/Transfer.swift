internal import CCurl

/// One exchange under way, on its connection's thread.
final class Transfer {
    /// Of the answer's status line and headers together.
    static let headerByteCountMax = 64 << 10

    private let exchange: Exchange
    private var headers: [String: String] = [:]
    private var headerByteCount = 0
    private var status = 0
    private var body: [UInt8] = []
    private var failure: HTTPClientError?
    private var deadline: ContinuousClock.Instant

    init(_ exchange: Exchange) {
        self.exchange = exchange
        deadline = .now + exchange.request.timeout
    }

    func run(on multi: MultiHandle, isCancelled: () -> Bool) -> Exchange.Outcome {
        if let fault = exchange.request.fault { return .failure(.unreachable(fault)) }
        var easy = EasyHandle()
        easy.prepare(for: exchange.request)
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe easy.receive(header: Self.receivedHeader, body: Self.receivedBody, context: context)
        multi.add(easy)
        defer { multi.remove(easy) }
        while true {
            if let outcome = multi.advance() { return conclude(outcome, easy) }
            if isCancelled() { return .failure(.cancelled) }
            let remaining = deadline - .now
            guard remaining > .zero else { return .failure(Self.timeOut(easy)) }
            multi.wait(milliseconds: Int32(min(remaining / .milliseconds(1), 60_000).rounded(.up)))
        }
    }

    private func conclude(_ outcome: CURLcode, _ easy: borrowing EasyHandle) -> Exchange.Outcome {
        if let failure { return .failure(failure) }
        switch outcome {
        case CURLE_OK: return .success(HTTPResponse(status: easy.status, headers: headers, body: body))
        case CURLE_FILESIZE_EXCEEDED: return .failure(.responseTooLarge)
        case CURLE_OPERATION_TIMEDOUT: return .failure(Self.timeOut(easy))
        case _:
            let reason = unsafe String(cString: curl_easy_strerror(outcome))
            return .failure(easy.wasConnected ? .other(reason) : .unreachable(reason))
        }
    }

    private static func timeOut(_ easy: borrowing EasyHandle) -> HTTPClientError {
        easy.wasConnected ? .timedOut : .unreachable("no connection in time")
    }

    // MARK: - What curl calls

    private static let receivedHeader: curl_write_callback = { bytes, size, count, context in
        unsafe Transfer.handOn(bytes, size * count, context) { $0.receive(header: $1) }
    }

    private static let receivedBody: curl_write_callback = { bytes, size, count, context in
        unsafe Transfer.handOn(bytes, size * count, context) { $0.receive(body: $1) }
    }

    private static func handOn(
        _ start: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        _ context: UnsafeMutableRawPointer?,
        to receive: (Transfer, [UInt8]) -> Void
    ) -> Int {
        guard let context = unsafe context else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        receive(transfer, unsafe Array(UnsafeRawBufferPointer(start: start, count: count)))
        return transfer.failure == nil ? count : count + 1  // anything but `count` ends the transfer
    }

    private func receive(header bytes: [UInt8]) {
        headerByteCount += bytes.count
        guard headerByteCount <= Self.headerByteCountMax else { return failure = .responseTooLarge }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = [:]  // an interim answer came before
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let name = line[..<colon].lowercased()
        let value = line[line.index(after: colon)...].trimmingASCIISpace()
        headers[name] = headers[name].map { "\($0), \(value)" } ?? value
    }

    private func receive(body bytes: [UInt8]) {
        if let onBytes = exchange.onBytes, (200..<300).contains(status) {
            deadline = .now + exchange.request.timeout
            return onBytes(bytes)
        }
        guard body.count + bytes.count <= exchange.request.responseByteCountMax else {
            return failure = .responseTooLarge
        }
        body += bytes
    }
}

extension Substring {
    fileprivate func trimmingASCIISpace() -> String {
        func isSpace(_ character: Character) -> Bool {
            character == " " || character == "\t" || character == "\r" || character == "\n" || character == "\r\n"
        }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
