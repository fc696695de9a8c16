import Foundation

/// The repository's own files, as the tests of its rules read them.
enum SourceTree {
    struct File {
        /// From the repository's root.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

        /// The modules it imports.
        var imports: [Substring] {
            lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), place <= 2, place + 1 < words.count else {
                    return nil
                }
                return words[place + 1]
            }
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every file below a folder that ends so.
    static func files(in folder: String, suffix: String) throws -> [File] {
        let start = root.appending(path: folder)
        return try FileManager.default.subpathsOfDirectory(atPath: start.path()).filter { $0.hasSuffix(suffix) }
            .sorted()
            .map { path in
                File(
                    path: "\(folder)/\(path)",
                    text: try String(contentsOf: start.appending(path: path), encoding: .utf8)
                )
            }
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path())
    }
}
