internal import CSSL

/// Owner of an OpenSSL `SSL_CTX`: what many connections share.
///
/// It is not changed once it is made.
@safe final class TLSContext: Sendable {
    // OpenSSL counts references and locks by itself; only `init` configures.
    private nonisolated(unsafe) let raw: OpaquePointer

    /// - Throws: `TLSError`.
    init(forServer isServer: Bool, configure: (OpaquePointer) throws(TLSError) -> Void) throws(TLSError) {
        let method = unsafe isServer ? TLS_server_method() : TLS_client_method()
        guard let raw = unsafe lode_tls_context(method) else { throw .other("no TLS context") }
        unsafe self.raw = raw
        ERR_clear_error()
        // Nobody is there to be asked for a passphrase.
        unsafe SSL_CTX_set_default_passwd_cb(raw) { _, _, _, _ in 0 }
        try unsafe configure(raw)
    }

    deinit {
        unsafe SSL_CTX_free(raw)
    }

    func newSession(_ descriptor: Int32) -> OpaquePointer? {
        ERR_clear_error()
        guard let session = unsafe SSL_new(raw) else { return nil }
        guard unsafe SSL_set_fd(session, descriptor) == 1 else {
            unsafe SSL_free(session)
            return nil
        }
        return unsafe session
    }
}
