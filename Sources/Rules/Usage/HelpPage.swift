/// A command's help: says what it does, shows how, then lists everything.
package struct HelpPage: CustomStringConvertible {
    private let usage: CommandUsage
    /// Columns of the text.
    private static let width = 92

    package init(_ usage: CommandUsage) {
        self.usage = usage
    }

    package var description: String {
        var parts = ["\(usage.name): \(usage.summary)", "Usage:\n  \(synopsis)", Self.wrapped(usage.explanation)]
        if !usage.examples.isEmpty {
            parts.append(
                "Examples:\n" + usage.examples.map { "  # \($0.meaning)\n  \($0.line)" }.joined(separator: "\n")
            )
        }
        if !usage.commands.isEmpty {
            parts.append("Commands:\n" + Self.columns(usage.commands.map { ($0.name, $0.summary) }))
        }
        parts.append("Options:\n" + Self.columns(usage.options.map { ($0.synopsis, Self.meaning($0)) }))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var synopsis: String {
        let commands = usage.commands.isEmpty ? [] : ["COMMAND"]
        let operands = usage.operands.map { "[\($0)]" }
        return ([usage.name] + commands + ["[OPTIONS]"] + operands).joined(separator: " ")
    }

    private static func meaning(_ option: OptionUsage) -> String {
        option.meaning + (option.standard.map { " (default: \($0))" } ?? "")
    }

    private static func columns(_ rows: [(name: String, text: String)]) -> String {
        let width = rows.map(\.name.count).max() ?? 0
        return rows.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count))  \($0.text)" }
            .joined(separator: "\n")
    }

    /// Breaks lines between words; an empty line begins a new paragraph.
    private static func wrapped(_ text: String) -> String {
        text.split(separator: "\n\n").map { paragraph in
            var lines: [String] = []
            for word in paragraph.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                if let last = lines.last, last.count + 1 + word.count <= width {
                    lines[lines.count - 1] += " " + word
                } else {
                    lines.append(String(word))
                }
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
