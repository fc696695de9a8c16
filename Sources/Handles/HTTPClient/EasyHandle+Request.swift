internal import CCurl

extension EasyHandle {
    /// For a connection; an answer may take longer.
    private static let connectTimeoutMax = Duration.seconds(60)
    /// Seconds of silence until the other side's system is asked whether it still lives, and between such questions.
    ///
    /// With Linux's nine questions a dead peer is noticed after about three minutes.
    private static let keepAliveSeconds = (idle: 60, interval: 15)

    /// - Precondition: `request.fault` is `nil`.
    mutating func prepare(for request: HTTPRequest) {
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_PROXY, "")  // not from the environment: what goes out may carry credentials
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)  // a cancelled call does not wait for a name server
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, Self.keepAliveSeconds.idle)
        set(CURLOPT_TCP_KEEPINTVL, Self.keepAliveSeconds.interval)
        let connectTimeout = min(request.timeout, Self.connectTimeoutMax)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int((connectTimeout / .milliseconds(1)).rounded(.up)))
        if request.headers.allSatisfy({ $0.name.lowercased() != "accept" }) { add(header: "Accept: */*") }
        for (name, value) in request.headers { add(header: value.isEmpty ? "\(name);" : "\(name): \(value)") }
        prepareBody(of: request)
        if let credentials = request.credentials {
            set(CURLOPT_HTTPAUTH, LODE_CURLAUTH_BASIC)
            set(CURLOPT_USERNAME, credentials.user)
            set(CURLOPT_PASSWORD, credentials.password)
        }
    }

    private mutating func prepareBody(of request: HTTPRequest) {
        switch request.method {
        case "GET" where request.body.isEmpty: set(CURLOPT_HTTPGET, 1)
        case "HEAD": set(CURLOPT_NOBODY, 1)
        case _:
            set(body: request.body)
            set(CURLOPT_CUSTOMREQUEST, request.method)
            add(header: "Expect:")  // curl would wait a second for a server that does not know it
            if request.headers.allSatisfy({ $0.name.lowercased() != "content-type" }) { add(header: "Content-Type:") }
        }
    }
}

extension HTTPRequest {
    /// What would let a value break out of its place in the request.
    var fault: String? {
        if !(url.hasPrefix("http://") || url.hasPrefix("https://")) {
            return "\(url) is no http:// or https:// address"
        }
        if url.utf8.contains(where: { $0 <= 0x20 }) { return "the address holds a space or a control character" }
        if method.isEmpty || !method.utf8.allSatisfy({ (0x41...0x5a).contains($0) }) { return "no such method" }
        for (name, value) in headers where !Self.isName(name) || value.utf8.contains(where: { $0 < 0x20 && $0 != 9 }) {
            return "the header \(name) is malformed"
        }
        return nil
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }
    }
}
