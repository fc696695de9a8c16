import Cryptography
import Messages

/// Turns session leases into what travels, and back; what it signs is no bin's lease, nor the other way round.
struct SessionSigner: Sendable {
    private let key: AuthenticationKey

    init(leaseKey: AuthenticationKey) {
        key = leaseKey.derived(for: SessionLease.keyLabel)
    }

    func offer(_ lease: SessionLease) -> SessionOffer {
        let bytes = lease.encoded()
        return SessionOffer(signedLease: bytes + key.code(for: bytes), lease: lease)
    }

    /// - Returns: `nil` for what this pool did not sign as a session's lease.
    func lease(_ signed: [UInt8]) -> SessionLease? {
        guard signed.count > AuthenticationKey.codeByteCount else { return nil }
        let bytes = Array(signed.dropLast(AuthenticationKey.codeByteCount))
        guard key.isValid(signed.suffix(AuthenticationKey.codeByteCount), for: bytes) else { return nil }
        return try? SessionLease(decoding: bytes)
    }
}
