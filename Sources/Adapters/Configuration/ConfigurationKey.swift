import YAMLReader

/// One thing that an operator can set: the only description of it, from which reading, printing and the documentation follow.
package struct ConfigurationKey<Value: Sendable>: Sendable {
    /// Sections and name, with dots: `jobs.poll_seconds`.
    package let name: String
    /// What holds when nobody sets it.
    package let standard: Value
    /// One sentence.
    package let meaning: String
    let kind: ValueKind<Value>

    init(_ name: String, _ kind: ValueKind<Value>, standard: Value, meaning: String) {
        self.name = name
        self.standard = standard
        self.meaning = meaning
        self.kind = kind
    }
}

/// A key without its type, as the table holds it.
package struct AnyConfigurationKey: Sendable {
    package let name: String
    /// The default as it would be written in the file.
    package let standardText: String
    /// What may be written, as a phrase: `a whole number from 0 to 255`.
    package let allowed: String
    package let meaning: String
    package let isSecret: Bool
    /// Whether several values stand under it; in the environment they are written as YAML in one line.
    let isStructured: Bool
    let standard: ConfiguredValue
    let read: @Sendable (YAMLNode, ConfigurationOrigin) -> ConfiguredValue?

    /// `LODE_` and the name in capitals, with `_` for each dot.
    package var environmentName: String { "LODE_" + name.uppercased().split(separator: ".").joined(separator: "_") }

    init<Value>(_ key: ConfigurationKey<Value>) {
        let kind = key.kind
        name = key.name
        standardText = kind.write(key.standard)
        allowed = kind.allowed
        meaning = key.meaning
        isSecret = kind.isSecret
        isStructured = kind.isStructured
        standard = ConfiguredValue(value: key.standard, text: kind.shown(key.standard), origin: .standard)
        read = { node, origin in
            kind.read(node).map { ConfiguredValue(value: $0, text: kind.shown($0), origin: origin) }
        }
    }
}

/// A value in force, and who said so.
struct ConfiguredValue: Sendable {
    let value: any Sendable
    /// As YAML, in one line, with secrets covered.
    let text: String
    let origin: ConfigurationOrigin
}

/// Where a value comes from.
package enum ConfigurationOrigin: Hashable, Sendable, CustomStringConvertible {
    case standard
    case file(path: String, line: Int)
    case environment(name: String)

    package var description: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .environment(let name): "environment \(name)"
        }
    }
}
