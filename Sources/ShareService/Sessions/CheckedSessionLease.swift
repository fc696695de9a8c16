internal import Cryptography
internal import Messages

/// A stratum session's lease that this pool signed.
struct CheckedSessionLease: Hashable, Sendable {
    let extranonce1: UInt32
    let expiresAtMs: UInt64

    init(extranonce1: UInt32, expiresAtMs: UInt64) {
        self.extranonce1 = extranonce1
        self.expiresAtMs = expiresAtMs
    }

    /// Reads a lease's bytes with the 32 bytes of HMAC-SHA256 behind them.
    ///
    /// - Returns: `nil` if `key` did not sign them.
    init?(_ signed: [UInt8], key: AuthenticationKey) {
        guard signed.count > AuthenticationKey.codeByteCount else { return nil }
        let body = Array(signed.dropLast(AuthenticationKey.codeByteCount))
        guard key.isValid(signed.suffix(AuthenticationKey.codeByteCount), for: body),
            let lease = try? SessionLease(decoding: body)
        else { return nil }
        self.init(extranonce1: lease.extranonce1, expiresAtMs: lease.expiresAtMs)
    }
}
