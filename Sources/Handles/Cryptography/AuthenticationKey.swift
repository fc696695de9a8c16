internal import CCrypto

/// A secret with which this pool signs what it will want to recognise later: HMAC-SHA256 (RFC 2104).
package struct AuthenticationKey: Sendable {
    package static let byteCount = 32
    /// Bytes of every code.
    package static let codeByteCount = 32

    private let secret: Secret<[UInt8]>

    /// - Returns: `nil` unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        secret = Secret(bytes)
    }

    private init(code: [UInt8]) {
        secret = Secret(code)
    }

    /// A key of its own for one purpose: knowing it tells nothing about this key, nor about those of other labels.
    package func derived(for label: String) -> AuthenticationKey {
        AuthenticationKey(code: code(for: Array(label.utf8)))
    }

    /// 32 bytes that only a holder of this key can make for `message`.
    package func code(for message: [UInt8]) -> [UInt8] {
        MessageDigest.authenticationCode(key: secret.exposed, message: message)
    }

    /// Whether `code` was made with this key for `message`; takes as long for a wrong code as for the right one.
    package func isValid(_ code: some Collection<UInt8>, for message: [UInt8]) -> Bool {
        guard code.count == Self.codeByteCount else { return false }
        let expected = self.code(for: message)
        return unsafe CRYPTO_memcmp(expected, Array(code), Self.codeByteCount) == 0
    }
}
