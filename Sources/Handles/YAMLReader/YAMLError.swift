/// Why a document cannot be used, and where.
package struct YAMLError: Error, Hashable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        /// Not YAML, in libyaml's words.
        case syntax(String)
        case duplicateKey(String)
        /// A key that is itself a list or a mapping.
        case keyIsNotText
        /// `&name`, `*name`: a short document could stand for a huge one.
        case alias
        /// `!name`: types are said by the keys, not by the document.
        case tag
        case tooLarge(byteCountMax: Int)
        case tooDeep(depthMax: Int)
        case secondDocument
    }

    /// Counted from 1.
    package let line: Int
    package let problem: Problem

    package init(line: Int, _ problem: Problem) {
        self.line = line
        self.problem = problem
    }

    package var description: String {
        switch problem {
        case .syntax(let message): "not valid YAML: \(message)"
        case .duplicateKey(let key): "the key \"\(key)\" stands here a second time"
        case .keyIsNotText: "a key must be plain text"
        case .alias: "anchors and aliases (& and *) are not supported"
        case .tag: "tags (!) are not supported"
        case .tooLarge(let byteCountMax): "larger than \(byteCountMax) bytes"
        case .tooDeep(let depthMax): "nested deeper than \(depthMax) levels"
        case .secondDocument: "a second document begins here; only one is read"
        }
    }
}
