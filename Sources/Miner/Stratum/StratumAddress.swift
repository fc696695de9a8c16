/// Where a Stratum pool is: `stratum+tcp://host:port`, or `stratum+ssl://` and `stratum+tls://` for TLS.
package struct StratumAddress: Hashable, Sendable, CustomStringConvertible {
    private static let hostByteCountMax = 253

    /// A name, an IPv4 address, or an IPv6 address in brackets.
    let host: String
    let port: UInt16
    package let isEncrypted: Bool

    package init?(_ url: String) {
        let schemes = [("stratum+tcp://", false), ("stratum+ssl://", true), ("stratum+tls://", true)]
        guard let (scheme, isEncrypted) = schemes.first(where: { url.hasPrefix($0.0) }) else { return nil }
        var rest = url.dropFirst(scheme.count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let colon = rest.lastIndex(of: ":") else { return nil }
        let digits = rest[rest.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else { return nil }
        self.init(host: String(rest[..<colon]), port: port, isEncrypted: isEncrypted)
    }

    init?(host: String, port: UInt16, isEncrypted: Bool) {
        guard port > 0, Self.isHost(host) else { return nil }
        self.host = host.lowercased()
        self.port = port
        self.isEncrypted = isEncrypted
    }

    package var description: String { "\(isEncrypted ? "stratum+ssl" : "stratum+tcp")://\(host):\(port)" }

    /// Nothing that could mean more than a host inside a longer address.
    private static func isHost(_ text: String) -> Bool {
        guard (1...hostByteCountMax).contains(text.utf8.count) else { return false }
        if text.hasPrefix("["), text.hasSuffix("]") {
            return text.utf8.count > 2
                && text.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            case _: false
            }
        }
    }
}
