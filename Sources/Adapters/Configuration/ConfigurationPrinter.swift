/// Shows a configuration as YAML, each value with who set it, and secrets covered.
package enum ConfigurationPrinter {
    package static func yaml(_ configuration: PoolConfiguration) -> String {
        var lines: [String] = []
        var section: Substring?
        for key in Keys.all {
            guard let value = configuration.values[key.name] else { continue }
            let parts = key.name.split(separator: ".", maxSplits: 1)
            if parts.count == 2 {
                if section != parts[0] { lines.append("\(parts[0]):") }
                section = parts[0]
                lines.append("  \(parts[1]): \(value.text)  # \(value.origin)")
            } else {
                section = nil
                lines.append("\(key.name): \(value.text)  # \(value.origin)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The table of all keys for the documentation, as Markdown.
    package static var markdown: String {
        let rows = Keys.all.map { key in
            "| `\(key.name)` | \(key.standardText == "\"\"" ? "" : "`\(key.standardText)`") | \(key.allowed) | `\(key.environmentName)` | \(key.meaning) |"
        }
        return """
            | key | default | must be | environment | meaning |
            | --- | --- | --- | --- | --- |

            """ + rows.joined(separator: "\n") + "\n"
    }
}
