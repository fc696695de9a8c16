/// What a request is answered with.
package struct OutgoingResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        case stream(ResponseStream)
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(status: Int, headers: [(name: String, value: String)] = [], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: Int, headers: [(name: String, value: String)] = [], text: String) {
        self.init(
            status: status,
            headers: [("Content-Type", "text/plain; charset=utf-8")] + headers,
            body: .bytes(Array(text.utf8))
        )
    }
}

/// Why the server itself refuses a request, before any handler sees it.
package enum HTTPRefusal: Hashable, Sendable {
    /// 400: the request line or its framing makes no sense.
    case malformed
    /// 413
    case bodyTooLarge(byteCountMax: Int)
    /// 431
    case headerTooLarge(byteCountMax: Int)
    /// 503: too many requests are under way.
    case busy

    package var status: Int {
        switch self {
        case .malformed: 400
        case .bodyTooLarge: 413
        case .headerTooLarge: 431
        case .busy: 503
        }
    }

    package var text: String {
        switch self {
        case .malformed: "the request's address or length is malformed"
        case .bodyTooLarge(let byteCountMax): "the body is larger than \(byteCountMax) bytes: send it in parts"
        case .headerTooLarge(let byteCountMax): "the headers are larger than \(byteCountMax) bytes: send fewer"
        case .busy: "too many requests are under way: try again in a second"
        }
    }

    /// The refusal in plain text.
    package var response: OutgoingResponse {
        OutgoingResponse(
            status: status,
            headers: self == .busy ? [("Retry-After", "1")] : [],
            text: text + "\n"
        )
    }
}
