import Configuration
import System
import Usage

/// `lode config …`: looks at settings and starts nothing.
enum ConfigCommand {
    static func run(_ words: [String]) throws {
        let rest = Array(words.dropFirst())
        switch words.first {
        case nil: Lode.show(ConfigUsage.usage)
        case "--help", "-h":
            try Lode.standsAlone(words[0], before: rest, of: ConfigUsage.usage)
            Lode.show(ConfigUsage.usage)
        case "check": try check(rest)
        case "print": try print(rest)
        case "table": try table(rest)
        case .some(let word): throw ConfigUsage.usage.unknownCommand(word)
        }
    }

    private static func check(_ words: [String]) throws {
        let arguments = try ConfigUsage.check.parse(words)
        guard !arguments.has("--help") else { return Lode.show(ConfigUsage.check) }
        let source = ConfigurationSource(file: arguments.operands.first)
        let configuration = try source.read()
        warn(of: configuration)
        StandardStream.output.write("\(source.name) can be used\n")
    }

    /// On standard error, so that what is printed stays a file of settings.
    private static func warn(of configuration: PoolConfiguration) {
        for warning in configuration.warnings { StandardStream.error.write("lode: \(warning)\n") }
    }

    private static func print(_ words: [String]) throws {
        let arguments = try ConfigUsage.print.parse(words)
        guard !arguments.has("--help") else { return Lode.show(ConfigUsage.print) }
        let configuration = try ConfigurationSource(file: arguments.value("--config")).read()
        warn(of: configuration)
        StandardStream.output.write(ConfigurationPrinter.yaml(configuration))
    }

    private static func table(_ words: [String]) throws {
        guard !(try ConfigUsage.table.parse(words).has("--help")) else { return Lode.show(ConfigUsage.table) }
        StandardStream.output.write(ConfigurationPrinter.markdown)
    }
}
