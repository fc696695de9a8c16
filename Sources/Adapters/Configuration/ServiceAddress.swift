import YAMLReader

/// Where a service listens for its colleagues, as text that the messaging layer reads.
enum ServiceAddress {
    static let allowed = "inproc://name, ipc:///path, tcp://host:port or tls+tcp://host:port"

    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, parts[1].utf8.count <= 120 else { return false }
        switch parts[0] {
        case "inproc": return true
        case "ipc": return parts[1].hasPrefix("/")
        case "tcp", "tls+tcp": return ListenAddress(String(parts[1])) != nil
        case _: return false
        }
    }

    /// Whether the port is left to the system, as only who listens can.
    static func isAnyPort(_ text: String) -> Bool {
        text.firstRange(of: "tcp://").flatMap { ListenAddress(String(text[$0.upperBound...])) }?.port == 0
    }
}

extension ValueKind where Value == String {
    /// Empty: chosen by the command that runs.
    static var serviceAddress: Self {
        Self(
            allowed: "\(ServiceAddress.allowed), or empty",
            read: { $0.isEmpty || ServiceAddress.isValid($0) ? $0 : nil },
            write: { $0.asYAML }
        )
    }
}

extension ValueKind where Value == [String] {
    /// The addresses of all replicas of a service; empty: chosen by the command that runs.
    static var serviceAddresses: Self {
        .list(of: ServiceAddress.allowed) { ServiceAddress.isValid($0) }
    }

    /// At most this many entries in one list.
    private static var countMax: Int { 64 }

    static func list(of allowed: String, where isAllowed: @escaping @Sendable (String) -> Bool) -> Self {
        let write: @Sendable ([String]) -> String = { "[\($0.map(\.asYAML).joined(separator: ", "))]" }
        return Self(
            allowed: "a list of \(allowed)",
            readStructure: { node in
                guard case .sequence(let elements) = node.content, elements.count <= countMax else { return nil }
                let texts = elements.compactMap { element -> String? in
                    guard case .scalar(let text, _) = element.content, isAllowed(text) else { return nil }
                    return text
                }
                return texts.count == elements.count ? texts : nil
            },
            write: write,
            shown: write
        )
    }
}
