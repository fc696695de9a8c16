/// A value with one agreed form in bytes, written in `Proto/`.
package protocol WireMessage: Sendable {
    init(decoding bytes: [UInt8]) throws(WireError)
    /// Text ends at its first NUL, because protobuf-c keeps C strings: no field of ours may hold one.
    func encoded() -> [UInt8]
}

/// Why bytes from another service are not the message that was expected.
///
/// Never retried: the bytes will not improve.
package enum WireError: Error, Hashable {
    /// The bytes are no such message, or unfold to more than `Arena.decodedByteCountMax` allows.
    case malformed(message: String)
    /// The field, as `Message.field`, is not UTF-8.
    case invalidText(field: String)
}

extension WireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let message): "the bytes are no \(message)"
        case .invalidText(let field): "\(field) is not UTF-8"
        }
    }
}
