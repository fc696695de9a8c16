internal import CSecp256k1

/// A point on the curve secp256k1 in its compressed form: what a miner is known and paid by.
package struct PublicKey: Hashable, Sendable {
    package static let byteCount = 33

    /// 33 bytes: 2 or 3 for the sign of y, then x.
    package let bytes: [UInt8]

    /// - Returns: `nil` unless there are 33 bytes that stand for a point on the curve.
    package init?(compressed bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, bytes[0] == 2 || bytes[0] == 3,
            unsafe lode_public_key_is_on_curve(bytes, bytes.count) == 1
        else { return nil }
        self.bytes = bytes
    }

    /// RIPEMD-160 of SHA-256 of the compressed form, as a witness program carries it.
    package var hash: [UInt8] { hash160(bytes) }
}
