internal import CSSL
import Synchronization

/// A certificate and its key, as a listener shows them.
///
/// They can be replaced while connections are open.
package final class TLSIdentity: Sendable {
    private let current: Mutex<TLSContext>

    /// Reads PEM files: the certificate first and then those that lead to its root; the key without a passphrase.
    ///
    /// - Throws: `TLSError`, naming the file.
    package init(certificateFile: String, keyFile: String) throws(TLSError) {
        current = Mutex(try Self.load(certificateFile, keyFile))
    }

    /// New connections are shown these; open ones keep what they have.
    ///
    /// - Throws: `TLSError`, and everything stays as it was.
    package func replaceIdentity(certificateFile: String, keyFile: String) throws(TLSError) {
        let next = try Self.load(certificateFile, keyFile)
        current.withLock { $0 = next }
    }

    var context: TLSContext { current.withLock(\.self) }

    private static func load(_ certificateFile: String, _ keyFile: String) throws(TLSError) -> TLSContext {
        try unsafe TLSContext(forServer: true) { (raw) throws(TLSError) in
            guard unsafe SSL_CTX_use_certificate_chain_file(raw, certificateFile) == 1 else {
                throw .badCertificate(file: certificateFile, reason: TLSError.reason)
            }
            ERR_clear_error()
            guard unsafe SSL_CTX_use_PrivateKey_file(raw, keyFile, SSL_FILETYPE_PEM) == 1 else {
                guard ERR_GET_REASON(ERR_peek_error()) != X509_R_KEY_VALUES_MISMATCH else {
                    throw .keyOfAnother(certificateFile: certificateFile, keyFile: keyFile)
                }
                throw .badKey(file: keyFile, reason: TLSError.reason)
            }
        }
    }
}
