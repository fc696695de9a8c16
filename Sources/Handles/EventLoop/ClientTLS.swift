internal import CSSL

/// How an outgoing connection is encrypted.
///
/// Made once and used for many.
package final class ClientTLS: Sendable {
    let context: TLSContext

    /// The other side must show a certificate for the name or address that is connected to.
    ///
    /// `certificateAuthorityFile` has PEM certificates to trust; `nil`: those of this machine.
    package static func verifying(certificateAuthorityFile: String? = nil) throws(TLSError) -> ClientTLS {
        ClientTLS(
            try unsafe TLSContext(forServer: false) { (raw) throws(TLSError) in
                unsafe SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nil)
                guard let file = certificateAuthorityFile else {
                    guard unsafe SSL_CTX_set_default_verify_paths(raw) == 1 else { throw .other(TLSError.reason) }
                    return
                }
                guard unsafe SSL_CTX_load_verify_file(raw, file) == 1 else {
                    throw .badCertificate(file: file, reason: TLSError.reason)
                }
            }
        )
    }

    /// Against listeners only: whoever sits between can pass for the other side.
    package static func unverified() throws(TLSError) -> ClientTLS {
        ClientTLS(try unsafe TLSContext(forServer: false) { (_) throws(TLSError) in })
    }

    private init(_ context: TLSContext) {
        self.context = context
    }
}
