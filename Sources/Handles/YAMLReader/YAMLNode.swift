/// One value of a YAML document, with the line where it begins.
package struct YAMLNode: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// Text as it stands; `isQuoted` when it was written in quotes, and so is text whatever it looks like.
        case scalar(String, isQuoted: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    package let content: Content
    /// Counted from 1.
    package let line: Int

    package init(_ content: Content, line: Int) {
        self.content = content
        self.line = line
    }

    /// Nothing was written: an empty place, `~` or `null`.
    package var isNull: Bool {
        switch content {
        case .scalar(let text, let isQuoted): !isQuoted && ["", "~", "null"].contains(text)
        case .sequence, .mapping: false
        }
    }
}

/// A key of a mapping, and what stands under it.
package struct YAMLEntry: Hashable, Sendable {
    package let key: String
    /// Of the key, counted from 1.
    package let line: Int
    package let value: YAMLNode

    package init(key: String, line: Int, value: YAMLNode) {
        self.key = key
        self.line = line
        self.value = value
    }
}
