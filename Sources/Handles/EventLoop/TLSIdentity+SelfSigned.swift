internal import CSSL
import System

/// Certificates that nobody has vouched for: encryption on one machine, and tests.
extension TLSIdentity {
    /// Days that a new certificate is valid.
    private static let validDayCount = 3_650
    /// Clocks that are behind accept a new certificate too.
    private static let backdatedSeconds = 3_600

    /// Makes a key (P-256) and a certificate for it, and puts both in PEM files that only the owner may read.
    ///
    /// `commonName` is the name or the address that clients connect to.
    package static func selfSigned(
        commonName: String,
        certificateFile: String,
        keyFile: String
    ) throws(TLSError) -> TLSIdentity {
        ERR_clear_error()
        let key = unsafe lode_new_p256_key()
        defer { unsafe EVP_PKEY_free(key) }
        let certificate = unsafe X509_new()
        defer { unsafe X509_free(certificate) }
        guard unsafe key != nil, unsafe certificate != nil, unsafe fill(certificate, commonName, key) else {
            throw .other(TLSError.reason)
        }
        try unsafe write(keyFile) { unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
        try unsafe write(certificateFile) { unsafe PEM_write_bio_X509($0, certificate) }
        return try TLSIdentity(certificateFile: certificateFile, keyFile: keyFile)
    }

    private static func fill(_ certificate: OpaquePointer?, _ commonName: String, _ key: OpaquePointer?) -> Bool {
        let name = unsafe X509_get_subject_name(certificate)
        let serial = unsafe X509_get_serialNumber(certificate)
        let seconds = validDayCount * 24 * 3_600
        let kind = RemoteAddress(commonName) == nil ? "DNS" : "IP"
        let alternative = unsafe X509V3_EXT_conf_nid(nil, nil, NID_subject_alt_name, "\(kind):\(commonName)")
        defer { unsafe X509_EXTENSION_free(alternative) }
        let nameBytes = Array(commonName.utf8)
        return unsafe alternative != nil
            && X509_set_version(certificate, 2) == 1  // which means 3
            && ASN1_INTEGER_set_uint64(serial, UInt64.random(in: 1...UInt64(Int64.max))) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -backdatedSeconds) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), seconds) != nil
            && X509_set_pubkey(certificate, key) == 1
            && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, nameBytes, Int32(nameBytes.count), -1, 0) == 1
            && X509_set_issuer_name(certificate, name) == 1
            && X509_add_ext(certificate, alternative, -1) == 1
            && X509_sign(certificate, key, EVP_sha256()) > 0
    }

    private static func write(_ path: String, _ print: (OpaquePointer?) -> Int32) throws(TLSError) {
        let memory = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(memory) }
        guard unsafe print(memory) == 1 else { throw .other(TLSError.reason) }
        var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(memory))
        var count = 0
        guard unsafe BIO_read_ex(memory, &bytes, bytes.count, &count) == 1, count == bytes.count else {
            throw .other(TLSError.reason)
        }
        do {
            try DurableFile.replace(path, with: bytes, permissions: .ownerOnly)
        } catch {
            throw .notWritten(file: path, reason: "\(error)")
        }
    }
}
