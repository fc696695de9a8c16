internal import CSSL

/// Owner of one connection's TLS: an OpenSSL `SSL` that reads and writes the socket itself.
@safe final class TLSSession {
    private let raw: OpaquePointer
    /// After a fatal error OpenSSL must not be asked to say goodbye.
    private var isBroken = false
    private(set) var readWantsWriting = false
    private(set) var writeWantsReading = false

    init?(accepting identity: TLSIdentity, descriptor: Int32) {
        guard let raw = unsafe identity.context.newSession(descriptor) else { return nil }
        unsafe self.raw = raw
        unsafe SSL_set_accept_state(raw)
    }

    /// `host` is a name or an address: what the certificate must be for when it is verified.
    init?(connecting tls: ClientTLS, to host: String, descriptor: Int32) {
        guard let raw = unsafe tls.context.newSession(descriptor) else { return nil }
        unsafe self.raw = raw
        unsafe SSL_set_connect_state(raw)
        let isAddress = unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(raw), host) == 1
        guard !isAddress else { return }
        ERR_clear_error()
        guard unsafe lode_tls_set_server_name(raw, host) == 1, unsafe SSL_set1_host(raw, host) == 1 else { return nil }
    }

    deinit {
        unsafe SSL_free(raw)
    }

    /// Whether bytes that were taken off the socket are still to be read.
    var hasPending: Bool { unsafe SSL_has_pending(raw) == 1 }

    /// - Returns: `.bytes(0)` when it is done.
    func shakeHands() -> Transfer {
        ERR_clear_error()
        let status = unsafe SSL_do_handshake(raw)
        return status == 1 ? .bytes(0) : outcome(status)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        ERR_clear_error()
        readWantsWriting = false
        var count = 0
        let status = unsafe SSL_read_ex(raw, buffer.baseAddress, buffer.count, &count)
        guard status != 1 else { return .bytes(count) }
        let transfer = outcome(status)
        if case .wantsWriting = transfer { readWantsWriting = true }
        return transfer
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        ERR_clear_error()
        writeWantsReading = false
        var count = 0
        let status = unsafe SSL_write_ex(raw, bytes.baseAddress, bytes.count, &count)
        guard status != 1 else { return .bytes(count) }
        let transfer = outcome(status)
        if case .wantsReading = transfer { writeWantsReading = true }
        return transfer
    }

    /// Sends "close notify" if the socket takes it at once.
    func sayGoodbye() {
        guard !isBroken else { return }
        ERR_clear_error()
        unsafe SSL_shutdown(raw)
    }

    private func outcome(_ status: Int32) -> Transfer {
        switch unsafe SSL_get_error(raw, status) {
        case SSL_ERROR_WANT_READ: return .wantsReading
        case SSL_ERROR_WANT_WRITE: return .wantsWriting
        case SSL_ERROR_ZERO_RETURN: return .ended
        case SSL_ERROR_SYSCALL:
            isBroken = true
            return .failed(.peer)
        case _:
            isBroken = true
            let code = ERR_peek_error()
            guard ERR_GET_REASON(code) != SSL_R_UNEXPECTED_EOF_WHILE_READING else { return .failed(.peer) }
            let verdict = unsafe SSL_get_verify_result(raw)
            guard verdict == X509_V_OK else {
                return .failed(.tlsFailed(unsafe String(cString: X509_verify_cert_error_string(verdict))))
            }
            return .failed(.tlsFailed(TLSError.reason(of: code)))
        }
    }
}
