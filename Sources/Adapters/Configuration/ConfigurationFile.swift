import Usage
import YAMLReader

/// Reads the settings out of a YAML file.
enum ConfigurationFile {
    static func values(path: String, bytes: [UInt8]) throws(ConfigurationError) -> [String: ConfiguredValue] {
        let document: YAMLNode?
        do {
            document = try YAMLReader.read(bytes)
        } catch {
            throw ConfigurationError("\(path):\(error.line)", error.description)
        }
        guard let document, !document.isNull else { return [:] }
        guard case .mapping(let entries) = document.content else {
            throw ConfigurationError("\(path):\(document.line)", "must be a list of \"key: value\" lines")
        }
        var values: [String: ConfiguredValue] = [:]
        try collect(entries, below: "", path: path, into: &values)
        return values
    }

    private static func collect(
        _ entries: [YAMLEntry],
        below section: String,
        path: String,
        into values: inout [String: ConfiguredValue]
    ) throws(ConfigurationError) {
        for entry in entries {
            let name = section + entry.key
            let place = "\(path):\(entry.line)"
            if let key = Keys.all.first(where: { $0.name == name }) {
                let origin = ConfigurationOrigin.file(path: path, line: entry.line)
                // A key with nothing behind it says nothing, and leaves the default.
                guard !entry.value.isNull else { continue }
                values[name] = try value(of: key, in: entry.value, place: place, origin: origin)
            } else if Keys.all.contains(where: { $0.name.hasPrefix(name + ".") }) {
                try descend(into: entry, name: name, path: path, values: &values)
            } else {
                throw ConfigurationError(place, unknown(name))
            }
        }
    }

    private static func descend(
        into entry: YAMLEntry,
        name: String,
        path: String,
        values: inout [String: ConfiguredValue]
    ) throws(ConfigurationError) {
        guard !entry.value.isNull else { return }
        guard case .mapping(let entries) = entry.value.content else {
            throw ConfigurationError("\(path):\(entry.line)", "\(name) is a section and must hold \"key: value\" lines")
        }
        try collect(entries, below: name + ".", path: path, into: &values)
    }

    static func value(
        of key: AnyConfigurationKey,
        in node: YAMLNode,
        place: String,
        origin: ConfigurationOrigin
    ) throws(ConfigurationError) -> ConfiguredValue {
        guard let value = key.read(node, origin) else {
            let found = key.isSecret ? "the value" : shown(node, isStructured: key.isStructured)
            throw ConfigurationError(place, "\(key.name) must be \(key.allowed), and \(found) is not")
        }
        return value
    }

    /// What was found, short and on one line; the content of a list is not repeated, it may hold a password.
    private static func shown(_ node: YAMLNode, isStructured: Bool) -> String {
        switch node.content {
        case .scalar(let text, _): isStructured ? "what is there" : "\"\(text.prefix(60))\""
        case .sequence: isStructured ? "what is there" : "a list"
        case .mapping: isStructured ? "what is there" : "a section"
        }
    }

    private static func unknown(_ name: String) -> String {
        let nearest = Spelling.nearest(to: name, among: Keys.all.map(\.name))
        return "unknown key \(name)" + (nearest.map { "; the nearest known key is \($0)" } ?? "")
    }
}
