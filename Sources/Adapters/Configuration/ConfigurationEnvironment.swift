import Usage
import YAMLReader

/// Reads the settings out of variables whose names begin with `LODE_`.
enum ConfigurationEnvironment {
    private static let prefix = "LODE_"
    /// Names the file to read, and is no setting itself.
    private static let fileName = "LODE_CONFIG"
    /// What Kubernetes adds for a service called `lode`.
    private static let foreignParts = ["_SERVICE_", "_PORT"]

    static func values(_ environment: [String: String]) throws(ConfigurationError) -> [String: ConfiguredValue] {
        var values: [String: ConfiguredValue] = [:]
        for key in Keys.all {
            let name = key.environmentName
            guard let text = environment[name] else { continue }
            let node = try node(of: text, key: key)
            let origin = ConfigurationOrigin.environment(name: name)
            values[key.name] = try ConfigurationFile.value(of: key, in: node, place: name, origin: origin)
        }
        return values
    }

    /// A sentence for each variable that looks like a setting and is none.
    static func unknownNames(_ environment: [String: String]) -> [String] {
        let known = Keys.all.map(\.environmentName)
        return environment.keys.sorted().filter { name in
            name.hasPrefix(prefix) && name != fileName && !known.contains(name)
                && !foreignParts.contains { name.contains($0) }
        }.map { name in
            let nearest = Spelling.nearest(to: name, among: known)
            return "\(name) is not a setting and has no effect" + (nearest.map { "; the nearest is \($0)" } ?? "")
        }
    }

    private static func node(of text: String, key: AnyConfigurationKey) throws(ConfigurationError) -> YAMLNode {
        guard key.isStructured else { return YAMLNode(.scalar(text, isQuoted: true), line: 1) }
        do {
            return try YAMLReader.read(Array(text.utf8)) ?? YAMLNode(.sequence([]), line: 1)
        } catch {
            throw ConfigurationError(key.environmentName, "must be a list as YAML in one line: \(error)")
        }
    }
}
