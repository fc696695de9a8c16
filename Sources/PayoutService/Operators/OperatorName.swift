/// Who says to be at work: `USER@HOST`, as the command gives it.
///
/// Whoever reaches the admin address can give any name: it tells colleagues apart, and proves nothing.
package struct OperatorName: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of UTF-8.
    package static let byteCountMax = 200

    package let description: String

    /// - Returns: `nil` for nothing, for too much, and for what would not stand in one line.
    package init?(_ text: String) {
        guard (1...Self.byteCountMax).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }),
            text.contains(where: { !$0.isWhitespace })
        else { return nil }
        description = text
    }
}
