import Glibc
import JSON
import System

/// `LodeBench [[--section] NAME]…`: measures parts of the pool on this machine and prints one JSON object.
@main struct LodeBench {
    /// In the order they run; add yours here.
    static let sections: [any BenchSection] = [
        HashingSection(), JSONSection(), GatewaySection(), BinsSection(), SharesSection(), LedgerSection(),
        MessagingSection(), StratumSection(), FloodSection(),
    ]

    static func main() async {
        do throws(UsageError) {
            let chosen = try chosen(Array(CommandLine.arguments.dropFirst()))
            guard !chosen.isEmpty else { return StandardStream.output.write(usage) }
            StandardStream.output.write(String(decoding: await report(chosen).encoded(), as: UTF8.self) + "\n")
        } catch {
            StandardStream.error.write("\(error.description)\n")
            exit(1)
        }
    }

    /// A section that fails says why in its place, and the others still run.
    private static func report(_ sections: [any BenchSection]) async -> JSON {
        var results = JSONObject()
        for section in sections {
            StandardStream.error.write("\(section.name): \(section.about)\n")
            do {
                results[section.name] = try await section.run()
            } catch {
                results[section.name] = ["error": JSON("\(error)")]
            }
        }
        return ["machine": Machine.description, "sections": .object(results)]
    }

    /// - Returns: Nothing when help was asked for.
    private static func chosen(_ arguments: [String]) throws(UsageError) -> [any BenchSection] {
        var chosen: [any BenchSection] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--help", "-h": return []
            case "--section": chosen.append(try section(rest.popFirst()))
            case _ where argument.hasPrefix("-"): throw .unknownArgument(argument)
            case _: chosen.append(try section(argument))
            }
        }
        return chosen.isEmpty ? sections : chosen
    }

    private static func section(_ name: String?) throws(UsageError) -> any BenchSection {
        guard let section = sections.first(where: { $0.name == name }) else { throw .noSuchSection(name) }
        return section
    }

    private static var usage: String {
        "usage: LodeBench [[--section] NAME]...\n\nsections, all unless some are named:\n"
            + sections.map { "  \($0.name)  \($0.about)\n" }.joined()
    }
}

private enum UsageError: Error {
    case noSuchSection(String?)
    case unknownArgument(String)

    var description: String {
        switch self {
        case .noSuchSection(let name): "there is no section \(name ?? ""); --help lists them"
        case .unknownArgument(let argument): "unknown argument \(argument); see --help"
        }
    }
}
