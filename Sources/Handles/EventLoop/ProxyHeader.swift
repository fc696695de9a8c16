package import System

/// What a proxy says before a connection's own bytes: haproxy's PROXY protocol, version 1 (text) and 2 (binary).
///
/// https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt
package enum ProxyHeader {
    /// Bytes of a whole header; version 1 has at most 107, and version 2 carries optional fields up to here.
    package static let byteCountMax = 2_048

    /// What is wrong with a header.
    package enum Fault: String, Hashable, Sendable {
        case noSignature = "neither version 1 nor version 2"
        case tooLong = "too long"
        case badText = "not as version 1 is written"
        case badVersion = "a version or command that does not exist"
        case badFamily = "not TCP over IPv4 or IPv6"
        case tooShort = "shorter than its addresses"
    }

    package enum Outcome: Hashable, Sendable {
        /// More bytes must come; all that are there belong to the header.
        case incomplete
        /// - byteCount: Where the connection's own bytes begin.
        /// - source: Who connected to the proxy; `nil` when it speaks for itself (`LOCAL`, `UNKNOWN`).
        case header(byteCount: Int, source: RemoteAddress?)
        case malformed(Fault)
    }

    private static let textSignature = Array("PROXY ".utf8)
    private static let binarySignature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]

    package static func parse(_ bytes: [UInt8]) -> Outcome {
        if begins(bytes, with: textSignature) { return parseText(bytes) }
        if begins(bytes, with: binarySignature) { return parseBinary(bytes) }
        return .malformed(.noSignature)
    }

    /// As far as both go.
    private static func begins(_ bytes: [UInt8], with signature: [UInt8]) -> Bool {
        bytes.prefix(signature.count).elementsEqual(signature.prefix(bytes.count))
    }
}
