internal import CCurl

extension EasyHandle {
    /// Seconds, as for calls: a dead peer is noticed after about three minutes.
    private static let keepAliveSeconds = (idle: 60, interval: 15)

    /// What one call of `receive` takes at most.
    static let receiveByteCountMax = 16 << 10

    enum Reception {
        case bytes([UInt8])
        case nothingYet
        case closed
        case failed(String)
    }

    /// Sets all for a connection that curl only makes, TLS included, and then leaves to us.
    func prepare(for settings: LineSettings) {
        set(CURLOPT_URL, settings.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_CONNECT_ONLY, 1)
        set(CURLOPT_PROXY, "")  // not from the environment: what goes out carries credentials
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)  // closing does not wait for a name server
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, Self.keepAliveSeconds.idle)
        set(CURLOPT_TCP_KEEPINTVL, Self.keepAliveSeconds.interval)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int((settings.connectTimeout / .milliseconds(1)).rounded(.up)))
        set(CURLOPT_SSL_ENABLE_ALPN, 0)  // HTTP is not what will be spoken
        set(CURLOPT_SSLVERSION, LODE_CURL_TLS_1_2)
        switch settings.security {
        case .plain, .verified(authorities: nil): break
        case .verified(let file?):
            set(CURLOPT_CAINFO, file)
            // The file's authorities and no others: curl would look into the system's folder too.
            unsafe lode_curl_set_pointer(raw, CURLOPT_CAPATH, nil)
        case .unverified:
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    /// `nil` without a connection.
    var socket: curl_socket_t? {
        var socket = CURL_SOCKET_BAD
        unsafe lode_curl_get_socket(raw, &socket)
        return socket == CURL_SOCKET_BAD ? nil : socket
    }

    /// Takes what has come, without waiting.
    func receive() -> Reception {
        var code = CURLE_OK
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.receiveByteCountMax) { buffer, count in
            unsafe code = curl_easy_recv(raw, buffer.baseAddress, buffer.count, &count)
            if code != CURLE_OK { count = 0 }
        }
        return switch code {
        case CURLE_OK: bytes.isEmpty ? .closed : .bytes(bytes)
        case CURLE_AGAIN: .nothingYet
        case _: .failed(unsafe String(cString: curl_easy_strerror(code)))
        }
    }

    /// Sends what the system takes now.
    ///
    /// - Returns: How many bytes; `nil` when the connection is broken.
    func send(_ bytes: [UInt8]) -> Int? {
        var count = 0
        let code = unsafe bytes.withUnsafeBytes { unsafe curl_easy_send(raw, $0.baseAddress, $0.count, &count) }
        return switch code {
        case CURLE_OK: count
        case CURLE_AGAIN: 0
        case _: nil
        }
    }
}
