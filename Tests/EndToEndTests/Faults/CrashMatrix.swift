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

    /// The way that its rows belong to; `nil` for those of the ordinary life.
    var way: String?
    var rows: [Row]
}

extension CrashMatrix {
    /// The table as the document has it: cells by title.
    struct Documented {
        let cells: [String: [CrashFault: String]]
        /// The steps of all rows of all tables.
        let steps: Set<String>

        /// The steps that a life without faults takes.
        var ordinarySteps: Set<String> {
            Set(cells.keys.filter { !$0.contains(", after ") }.map { $0.filter { $0 != "`" } })
        }
    }

    private static let path = PoolUnderTest.packageFolder + "/docs/testing.md"

    private static func mark(_ word: String, _ way: String?) -> String {
        "<!-- made by script/crash-matrix: \(word)\(way.map { " " + $0 } ?? "") -->"
    }

    static func documented(_ way: String? = nil) throws -> Documented {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let rows = text.split(separator: "\n").compactMap(columns)
        let steps = rows.compactMap { $0[0].split(separator: "`").first.map(String.init) }
        var cells: [String: [CrashFault: String]] = [:]
        for row in try parts(way).table.split(separator: "\n").compactMap(columns) {
            cells[row[0]] = Dictionary(zip(CrashFault.allCases, row.dropFirst())) { first, _ in first }
        }
        return Documented(cells: cells, steps: Set(steps))
    }

    /// The cells of a row of a matrix; `nil` for any other line.
    private static func columns(_ line: Substring) -> [String]? {
        guard line.hasPrefix("| `") else { return nil }
        let columns = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        return columns.count == CrashFault.allCases.count + 1 ? columns : nil
    }

    /// Without rows that no fault came to: they say nothing.
    func writeDown() throws {
        let parts = try Self.parts(way)
        let whole = [parts.head, Self.mark("begin", way), "\n", markdown, Self.mark("end", way), parts.tail].joined()
        try whole.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }

    private static func parts(_ way: String?) throws -> (head: String, table: String, tail: String) {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let begin = text.firstRange(of: mark("begin", way)), let end = text.firstRange(of: mark("end", way))
        else {
            throw EndToEndError.nothingFound(
                "docs/testing.md has lost the marks of the crash matrix, \(way ?? "ordinary")"
            )
        }
        let table = text[begin.upperBound..<end.lowerBound]
        return (String(text[..<begin.lowerBound]), String(table), String(text[end.upperBound...]))
    }

    private var markdown: String {
        let titles = ["step"] + CrashFault.allCases.map(\.rawValue)
        let lines =
            [titles, titles.map { _ in "---" }]
            + rows.filter { $0.cells.values.contains { $0 != Self.notReached } }
            .map { row in [row.title] + CrashFault.allCases.map { row.cells[$0] ?? Self.none } }
        return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }
}
