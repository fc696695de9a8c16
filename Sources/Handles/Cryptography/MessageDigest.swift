internal import CCrypto

/// The digests of libcrypto that this package needs.
enum MessageDigest {
    /// HMAC-SHA256 (RFC 2104) with a key of any length.
    static func authenticationCode(key: [UInt8], message: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let made = unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &count) != nil
        precondition(made && count == 32, "libcrypto could not make an HMAC")
        return code
    }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(bytes, by: EVP_sha256(), byteCount: 32)
    }

    static func ripemd160(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(bytes, by: EVP_ripemd160(), byteCount: 20)
    }

    private static func digest(_ bytes: [UInt8], by algorithm: OpaquePointer?, byteCount: Int) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        var count: UInt32 = 0
        let made = unsafe EVP_Digest(bytes, bytes.count, &digest, &count, algorithm, nil) == 1
        precondition(made && count == byteCount, "libcrypto does not offer a digest that it should")
        return digest
    }
}

/// RIPEMD-160 of SHA-256, as addresses carry keys and scripts: 20 bytes.
package func hash160(_ bytes: [UInt8]) -> [UInt8] {
    MessageDigest.ripemd160(MessageDigest.sha256(bytes))
}
