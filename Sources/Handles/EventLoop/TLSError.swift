internal import CSSL
import Glibc

/// Why there is no certificate to show, or none to trust.
package enum TLSError: Error, Hashable {
    /// The file cannot be read, or holds no certificate in PEM form; the text is OpenSSL's.
    case badCertificate(file: String, reason: String)
    /// The file cannot be read, or holds no unencrypted private key in PEM form.
    case badKey(file: String, reason: String)
    case keyOfAnother(certificateFile: String, keyFile: String)
    /// A file that cannot be written.
    case notWritten(file: String, reason: String)
    case other(String)

    /// What OpenSSL says went wrong first.
    static var reason: String { reason(of: ERR_peek_error()) }

    static func reason(of code: UInt) -> String {
        // OpenSSL's own codes are 31 bits; with the next one it is a number of `errno.h`.
        if code >> 31 == 1 { return unsafe String(cString: strerror(Int32(code & 0x7fff_ffff))) }
        if code != 0, let text = unsafe ERR_reason_error_string(code) { return unsafe String(cString: text) }
        return code == 0 ? "unknown" : "error \(code)"
    }
}

extension TLSError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badCertificate(let file, let reason): "\(file) is no certificate in PEM form: \(reason)"
        case .badKey(let file, let reason): "\(file) is no private key in PEM form without a passphrase: \(reason)"
        case .keyOfAnother(let certificateFile, let keyFile): "the key in \(keyFile) is not of \(certificateFile)"
        case .notWritten(let file, let reason): "cannot write \(file): \(reason)"
        case .other(let reason): reason
        }
    }
}
