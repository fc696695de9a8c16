import System

/// By which names in a request's `Host` an address may be called that is not for everybody.
///
/// A foreign page in a browser of this network can have its own name point at this machine, and then read and send what it
/// likes as if it came from here (DNS rebinding). The browser tells that name; a page that was found by an address, or by
/// a name of ours, is no foreign one.
struct HostNames: Sendable {
    private static let always: Set<String> = ["localhost"]

    private let names: Set<String>

    /// - Parameter names: Beside `localhost`, in either case.
    init(_ names: [String]) {
        self.names = Self.always.union(names.map { $0.lowercased() })
    }

    /// Whether a header as sent names this machine; `nil` when there was none, which no browser does.
    func contains(_ header: String?) -> Bool {
        guard let header else { return true }
        guard let host = Self.host(header) else { return false }
        return RemoteAddress(host) != nil || names.contains(host.lowercased())
    }

    /// Without a port, an IPv6 address's brackets, and the dot that a whole name may end with.
    private static func host(_ header: String) -> String? {
        if header.hasPrefix("[") {
            guard let end = header.lastIndex(of: "]") else { return nil }
            let address = header[header.index(after: header.startIndex)..<end]
            return address.contains(":") && isPort(header[end...].dropFirst()) ? String(address) : nil
        }
        let name = header.prefix { $0 != ":" }
        guard isPort(header[name.endIndex...]) else { return nil }
        return String(name.hasSuffix(".") ? name.dropLast() : name)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.hasPrefix(":") && UInt16(text.dropFirst()) != nil
    }
}
