/// A path with names in braces, such as `/api/blocks/{hash}/proof/{address}`: each stands for one part without a slash.
struct PathPattern: Hashable, Sendable {
    private enum Part: Hashable {
        case fixed(Substring)
        case named(String)
    }

    private let parts: [Part]

    /// - Returns: `nil` for a path without names.
    init?(_ path: String) {
        parts = Self.split(path).map { part in
            part.hasPrefix("{") && part.hasSuffix("}") ? .named(String(part.dropFirst().dropLast())) : .fixed(part)
        }
        guard parts.contains(where: { if case .named = $0 { true } else { false } }) else { return nil }
    }

    /// - Returns: What stands for each name; `nil` for a path of another form, and where a name would be empty.
    func parameters(in path: String) -> [String: String]? {
        let given = Self.split(path)
        guard given.count == parts.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, text) in zip(parts, given) {
            switch part {
            case .fixed(let wanted): guard text == wanted else { return nil }
            case .named(let name):
                guard !text.isEmpty else { return nil }
                parameters[name] = String(text)
            }
        }
        return parameters
    }

    private static func split(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }
}
