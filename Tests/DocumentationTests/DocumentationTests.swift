import Configuration
import Foundation
import Testing

/// What the documents say about the code is so.
@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// All Swift below a folder, joined.
    private static func swift(_ folder: String) throws -> String {
        let folder = root.appending(path: folder)
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }.joined(separator: "\n")
    }

    private static func words(_ pattern: Regex<(Substring, Substring)>, in text: String) -> Set<String> {
        Set(text.matches(of: pattern).map { String($0.output.1) })
    }

    @Test func theTableOfSettingsIsTheCodesOwn() throws {
        let operations = try Self.text("docs/operations.md")
        #expect(
            operations.contains(ConfigurationPrinter.markdown),
            "docs/operations.md is not what `lode config table` prints: paste that between the two marks"
        )
    }

    @Test func everySettingThatDocumentsNameExists() throws {
        let known = Set(Keys.all.map(\.environmentName)).union(["LODE_CONFIG"])
        for file in ["README.md", "docs/operations.md", "docs/architecture.md"] {
            for name in Self.words(#/\b(LODE_[A-Z_]+)\b/#, in: try Self.text(file)) {
                #expect(known.contains(name), "\(file) names \(name)")
            }
        }
    }

    @Test func everyMetricIsDocumentedAndEveryDocumentedOneExists() throws {
        let documented = Self.words(#/`(lode_[a-z_]+)/#, in: try Self.text("docs/operations.md"))
        let named = Self.words(#/"(lode_[a-z_]+)"/#, in: try Self.swift("Sources"))
        #expect(named.subtracting(documented) == [], "not in docs/operations.md")
        let calls = ["client", "server"].flatMap { ["lode_rpc_\($0)_calls_total", "lode_rpc_\($0)_seconds"] }
        #expect(documented.subtracting(named).subtracting(calls) == [], "only in docs/operations.md")
    }

    @Test func everyFindingIsInTheRunbook() throws {
        let names = Self.words(
            #/case \w+ = "([a-z-]+)"/#,
            in: try Self.text("Sources/PayoutService/Audit/LedgerCheck.swift")
        )
        let operations = try Self.text("docs/operations.md")
        let runbook = try #require(operations.components(separatedBy: "## What `lode ledger verify` finds").last)
        #expect(names.count > 20)
        #expect(Self.words(#/\| `([a-z-]+)` \|/#, in: runbook) == names)
    }

    @Test func everyTestThatDocumentsNameExists() throws {
        let tests = try Self.swift("Tests")
        let named = Self.words(#/`(\w+Tests/\w+)`/#, in: try Self.text("docs/testing.md"))
        for name in named {
            let parts = name.split(separator: "/")
            #expect(tests.contains("struct \(parts[0]) ") || tests.contains("class \(parts[0]) "), "\(name)")
            #expect(tests.contains("func \(parts[1])("), "\(name)")
        }
    }

    @Test func everyLimitThatIsNamedExists() throws {
        let sources = try Self.swift("Sources")
        let text = try Self.text("docs/architecture.md")
        let named = Self.words(#/`([A-Z]\w+\.\w+Max)`/#, in: text)
        #expect(named.count > 10)
        for name in named {
            let parts = name.split(separator: ".")
            #expect(sources.contains(" \(parts[0])"), "\(name)")
            #expect(sources.contains("let \(parts[1])") || sources.contains("var \(parts[1])"), "\(name)")
        }
    }

    @Test func everyLinkBetweenDocumentsLeadsSomewhere() throws {
        let documents = try FileManager.default.subpathsOfDirectory(atPath: Self.root.appending(path: "docs").path())
            .filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        for document in documents + ["README.md", "CONTRIBUTING.md"] {
            let folder = Self.root.appending(path: document).deletingLastPathComponent()
            for target in Self.words(#/\]\(([^)#:]+)\)/#, in: try Self.text(document)) {
                let path = folder.appending(path: target).path()
                #expect(FileManager.default.fileExists(atPath: path), "\(document) links to \(target)")
            }
        }
    }
}
