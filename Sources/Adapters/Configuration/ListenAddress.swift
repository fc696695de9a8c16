/// A TCP address that a server listens on.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or number, IPv6 without its brackets; `0.0.0.0` and `::` are every interface.
    package let host: String
    /// 0: any free one.
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port` or `[v6]:port`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard (1...253).contains(host.utf8.count), host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        self.init(host: String(host), port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ValueKind where Value == ListenAddress {
    static var listenAddress: Self {
        Self(allowed: "host:port", read: { ListenAddress($0) }, write: { $0.description.asYAML })
    }
}

extension ValueKind where Value == ListenAddress? {
    /// Empty: chosen by the command that runs.
    static var optionalListenAddress: Self {
        Self(
            allowed: "host:port, or empty",
            read: { $0.isEmpty ? .some(nil) : ListenAddress($0).map(Optional.some) },
            write: { ($0?.description ?? "").asYAML }
        )
    }
}
