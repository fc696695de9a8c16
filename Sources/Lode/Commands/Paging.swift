import JSON
import System
import Usage

/// Lists that come in parts.
enum Paging {
    static let options = [
        OptionUsage("--count", "N", standard: "50", meaning: "How many at most, 1 to 200"),
        OptionUsage("--before", "NUMBER", meaning: "Only older ones than this, to go on where a list ended"),
    ]

    static func query(_ arguments: ParsedArguments, of usage: CommandUsage) throws(UsageError) -> [String] {
        var query: [String] = []
        for (option, name, range, words) in [
            ("--count", "count", 1...200, "from 1 to 200"), ("--before", "before", 1...Int64.max, "above 0"),
        ] {
            guard let text = arguments.value(option) else { continue }
            guard let number = Int64(text), range.contains(number) else {
                throw .badValue(
                    problem: "\(option) must be a whole number \(words), and \"\(text)\" is not",
                    command: usage.name
                )
            }
            query.append("\(name)=\(number)")
        }
        return query
    }

    static func path(_ path: String, _ query: [String]) -> String {
        query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }

    static func sayMore(_ answer: JSON) {
        guard let next = answer["next"]?.int64 else { return }
        StandardStream.output.write("there are more: go on with --before \(next)\n")
    }
}
