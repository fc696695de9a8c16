import Foundation

/// What was seen of each fault at each step, and the same as a table in `docs/testing.md`.
struct CrashMatrix {
    struct Row {
        let step: String
        /// What led to a step that only a recovery takes.
        var cause: CrashSpot?
        var cells: [CrashFault: String] = [:]

        /// As the table's first column has it.
        var title: String { "`\(step)`" + (cause.map { ", after `\($0.step)` with \($0.fault.rawValue)" } ?? "") }
    }

    /// What a cell says when each payout is on the chain once, the block is confirmed, and the books are right.
    static let good = "once"
    /// What a cell says of a fault that waited for its step in vain.
    static let notReached = "not reached"
    /// What a cell says of a fault that there is none of at this step.
    static let none = "–"

    var rows: [Row]
}

extension CrashMatrix {
    /// The table as the document has it: cells by title.
    struct Documented {
        let cells: [String: [CrashFault: String]]

        /// The steps of all rows.
        var steps: Set<String> {
            Set(cells.keys.compactMap { $0.split(separator: "`").first.map(String.init) })
        }

        /// The steps that a life without faults takes.
        var ordinarySteps: Set<String> {
            Set(cells.keys.filter { !$0.contains(", after ") }.map { $0.filter { $0 != "`" } })
        }
    }

    private static let begin = "<!-- made by script/crash-matrix: begin -->"
    private static let end = "<!-- made by script/crash-matrix: end -->"
    private static let path = PoolUnderTest.packageFolder + "/docs/testing.md"

    static func documented() throws -> Documented {
        var cells: [String: [CrashFault: String]] = [:]
        let lines = try parts().table.split(separator: "\n").filter { $0.hasPrefix("| `") }
        for line in lines {
            let columns = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard columns.count == CrashFault.allCases.count + 1 else { continue }
            cells[columns[0]] = Dictionary(zip(CrashFault.allCases, columns.dropFirst())) { first, _ in first }
        }
        return Documented(cells: cells)
    }

    func writeDown() throws {
        let parts = try Self.parts()
        let whole = [parts.head, Self.begin, "\n", markdown, Self.end, parts.tail].joined()
        try whole.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }

    private static func parts() throws -> (head: String, table: String, tail: String) {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let begin = text.firstRange(of: begin), let end = text.firstRange(of: end) else {
            throw EndToEndError.nothingFound("docs/testing.md has lost the marks of the crash matrix")
        }
        let table = text[begin.upperBound..<end.lowerBound]
        return (String(text[..<begin.lowerBound]), String(table), String(text[end.upperBound...]))
    }

    private var markdown: String {
        let titles = ["step"] + CrashFault.allCases.map(\.rawValue)
        let lines =
            [titles, titles.map { _ in "---" }]
            + rows.map { row in [row.title] + CrashFault.allCases.map { row.cells[$0] ?? Self.none } }
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}
