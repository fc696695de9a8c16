import Foundation
import Testing

/// Rules of this repository that the compiler does not check.
@Suite struct TidyTests {
    private struct SourceFile {
        let path: String
        let lines: [Substring]
    }

    /// The owners of C, and the message code that is generated.
    private static let unsafeFolders = ["Handles/", "Adapters/Messages/"]
    private static let banned = ["@unchecked Sendable", "try!", "as!", "fatalError(", ".shared"]

    @Test func bannedWordsAreAbsent() throws {
        for file in try Self.sources() {
            for (number, line) in file.lines.enumerated() {
                for word in Self.banned where line.contains(word) {
                    Issue.record("\(file.path):\(number + 1): \(word)")
                }
            }
        }
    }

    @Test func unsafeStaysInTheHandles() throws {
        for file in try Self.sources() where !Self.unsafeFolders.contains(where: file.path.hasPrefix) {
            for (number, line) in file.lines.enumerated() where line.contains("unsafe") {
                Issue.record("\(file.path):\(number + 1): unsafe outside a handle target")
            }
        }
    }

    private static func sources() throws -> [SourceFile] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path()).filter { $0.hasSuffix(".swift") }
        return try paths.map { path in
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            return SourceFile(
                path: path,
                lines: text.split(separator: "\n", omittingEmptySubsequences: false)
            )
        }
    }
}
