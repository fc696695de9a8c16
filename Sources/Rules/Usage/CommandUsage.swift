/// One command: the only description of it, from which its reading and its help follow.
package struct CommandUsage: Sendable {
    /// As typed: `lode mine`.
    package let name: String
    /// One line, without a full stop.
    package let summary: String
    /// What stands behind the options, such as `FILE`; empty when nothing may.
    package let operands: [String]
    package let options: [OptionUsage]
    /// A paragraph or two for someone who has not used it before.
    package let explanation: String
    /// Lines to copy, each with what it does.
    package let examples: [(line: String, meaning: String)]
    /// Commands that it is made of, each with its summary.
    package let commands: [(name: String, summary: String)]

    package init(
        _ name: String,
        summary: String,
        operands: [String] = [],
        options: [OptionUsage] = [],
        explanation: String,
        examples: [(line: String, meaning: String)] = [],
        commands: [(name: String, summary: String)] = []
    ) {
        self.name = name
        self.summary = summary
        self.operands = operands
        self.options = options + [OptionUsage("--help", meaning: "Show this page")]
        self.explanation = explanation
        self.examples = examples
        self.commands = commands
    }

    /// Reads what was typed behind the command's name; `--name value` and `--name=value` are the same.
    package func parse(_ words: [String]) throws(UsageError) -> ParsedArguments {
        var parsed = ParsedArguments()
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                guard parsed.operands.count < operands.count else { throw .unexpected(word, command: name) }
                parsed.operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let option = try option(named: parts[0] == "-h" ? "--help" : parts[0])
            guard parsed.values[option.name] == nil else { throw .repeated(option.name, command: name) }
            parsed.values[option.name] = try value(of: option, written: parts.dropFirst().first, rest: &rest)
        }
        return parsed
    }

    /// The refusal of a word that is none of `commands`.
    package func unknownCommand(_ typed: String) -> UsageError {
        .unknownCommand(typed, nearest: Spelling.nearest(to: typed, among: commands.map(\.name)), command: name)
    }

    /// The refusal of a word that is none of `options`.
    package func unknownOption(_ typed: String) -> UsageError {
        .unknownOption(typed, nearest: Spelling.nearest(to: typed, among: options.map(\.name)), command: name)
    }

    private func option(named typed: String) throws(UsageError) -> OptionUsage {
        guard let known = options.first(where: { $0.name == typed }) else { throw unknownOption(typed) }
        return known
    }

    private func value(
        of option: OptionUsage,
        written: String?,
        rest: inout ArraySlice<String>
    ) throws(UsageError) -> String {
        guard let valueName = option.valueName else {
            guard written == nil else { throw .needsNoValue(option.name, command: name) }
            return ""
        }
        guard let value = written ?? rest.popFirst(), !value.isEmpty else {
            throw .needsValue(option.name, valueName, command: name)
        }
        return value
    }
}

/// What was typed behind a command's name.
package struct ParsedArguments: Sendable {
    var values: [String: String] = [:]
    package var operands: [String] = []

    package func has(_ option: String) -> Bool { values[option] != nil }
    package func value(_ option: String) -> String? { values[option] }
}
