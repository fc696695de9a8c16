package import HTTPServer

/// Who says to be at work: `USER@HOST`, as the command gives it.
///
/// Whoever reaches the admin address can give any name: it tells colleagues apart, and proves nothing.
package struct OperatorName: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of UTF-8.
    package static let byteCountMax = 200
    /// The header in which a command says who it works for.
    ///
    /// Whatever changes something wants it: a foreign page in a browser on this machine cannot send it.
    package static let header = "lode-operator"

    /// Why it is not known who is at work.
    package enum Refusal: Error, Hashable {
        case missing
        case malformed
    }

    package let description: String

    /// - Returns: `nil` for nothing, for too much, and for what would not stand in one line.
    package init?(_ text: String) {
        guard (1...Self.byteCountMax).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }),
            text.contains(where: { !$0.isWhitespace })
        else { return nil }
        description = text
    }

    /// Of whoever sends `request`.
    package init(of request: IncomingRequest) throws(Refusal) {
        guard let text = request.headers[Self.header] else { throw .missing }
        guard let name = OperatorName(text) else { throw .malformed }
        self = name
    }
}

extension OperatorName.Refusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "the header Lode-Operator must say who wants this, such as alice@desk"
        case .malformed: "Lode-Operator must be one line of 1 to \(OperatorName.byteCountMax) bytes"
        }
    }
}
