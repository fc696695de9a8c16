internal import CCrypto

/// The same hashes by OpenSSL: an independent judge of ours.
enum OpenSSL {
    static func sha256(_ message: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let done = unsafe EVP_Digest(message, message.count, buffer.baseAddress, nil, EVP_sha256(), nil)
            count = done == 1 ? 32 : 0
        }
    }

    static func sha256d(_ message: [UInt8]) -> [UInt8] {
        sha256(sha256(message))
    }

    static func scrypt(_ header: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let done = unsafe header.withUnsafeBytes { bytes in
                let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                let salt = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                return unsafe EVP_PBE_scrypt(
                    text,
                    bytes.count,
                    salt,
                    bytes.count,
                    1_024,
                    1,
                    1,
                    0,
                    buffer.baseAddress,
                    32
                )
            }
            count = done == 1 ? 32 : 0
        }
    }
}
