import YAMLReader

/// One full node, as written in the configuration.
package struct NodeEntry: Hashable, Sendable {
    /// `http://host:port` or `https://host:port`.
    package let url: String
    package let user: String
    package let password: String
    /// Read anew whenever the node refuses, as the node writes a new one at each of its starts.
    package let cookieFile: String

    package init(url: String, user: String = "", password: String = "", cookieFile: String = "") {
        self.url = url
        self.user = user
        self.password = password
        self.cookieFile = cookieFile
    }

    /// - Returns: `nil` unless it is a mapping of the four names, with an address, and with at most one way in.
    init?(_ node: YAMLNode) {
        guard case .mapping(let entries) = node.content else { return nil }
        var texts: [String: String] = [:]
        for entry in entries {
            guard Self.names.contains(entry.key), case .scalar(let text, _) = entry.value.content else { return nil }
            texts[entry.key] = entry.value.isNull ? "" : text
        }
        self.init(
            url: texts["url"] ?? "",
            user: texts["user"] ?? "",
            password: texts["password"] ?? "",
            cookieFile: texts["cookie_file"] ?? ""
        )
        guard !url.isEmpty, !url.contains("@"), cookieFile.isEmpty || user.isEmpty && password.isEmpty else {
            return nil
        }
    }

    private static let names = ["url", "user", "password", "cookie_file"]

    /// Why nobody can ever be reached at `url`, as a phrase that follows it; `nil` when it is worth a try.
    var problem: String? {
        guard let scheme = ["http://", "https://"].first(where: { url.hasPrefix($0) }) else {
            return "must begin with http:// or https://"
        }
        let place = url.dropFirst(scheme.count)
        guard !place.contains(where: { "?#".contains($0) || $0.isWhitespace }) else {
            return "must be no more than host, port and a path"
        }
        let authority = place.prefix { $0 != "/" }
        let hostEnd = authority.hasPrefix("[") ? authority.firstIndex(of: "]") : nil
        let colon = authority[(hostEnd ?? authority.startIndex)...].firstIndex(of: ":")
        let host = authority[..<(colon ?? authority.endIndex)]
        guard !host.isEmpty, host.hasPrefix("[") == host.hasSuffix("]"), host != "[]" else { return "has no host" }
        guard let colon else { return nil }
        guard let port = UInt16(authority[authority.index(after: colon)...]), port > 0 else {
            return "has a port that is no whole number from 1 to 65535"
        }
        return nil
    }

    func asYAML(password: String) -> String {
        let values = [url, user, password, cookieFile]
        let written = zip(Self.names, values).filter { !$0.1.isEmpty }.map { "\($0): \($1.asYAML)" }
        return "{\(written.joined(separator: ", "))}"
    }
}

extension ValueKind where Value == [NodeEntry] {
    /// At most this many nodes.
    private static var countMax: Int { 16 }

    static var nodes: Self {
        Self(
            allowed: "a list of nodes, each with url (http://… without user), and user and password or cookie_file",
            readStructure: { node in
                guard case .sequence(let elements) = node.content, elements.count <= countMax else { return nil }
                let nodes = elements.compactMap { NodeEntry($0) }
                return nodes.count == elements.count ? nodes : nil
            },
            write: { nodes in "[\(nodes.map { $0.asYAML(password: $0.password) }.joined(separator: ", "))]" },
            shown: { nodes in
                "[\(nodes.map { $0.asYAML(password: $0.password.isEmpty ? "" : "•••") }.joined(separator: ", "))]"
            }
        )
    }
}
