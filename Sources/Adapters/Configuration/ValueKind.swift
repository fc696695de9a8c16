import YAMLReader

/// How values of one type are written in YAML.
struct ValueKind<Value: Sendable>: Sendable {
    /// What may be written, as a phrase that follows "must be": `a whole number from 0 to 255`.
    let allowed: String
    /// Must never be shown.
    let isSecret: Bool
    /// A list or a mapping, as opposed to one text.
    let isStructured: Bool
    /// `nil` for anything but what `allowed` says.
    let read: @Sendable (YAMLNode) -> Value?
    /// As YAML, in one line.
    let write: @Sendable (Value) -> String
    /// As YAML, in one line, with what is secret covered.
    let shown: @Sendable (Value) -> String

    /// Values that are one text.
    init(
        allowed: String,
        isSecret: Bool = false,
        read: @escaping @Sendable (String) -> Value?,
        write: @escaping @Sendable (Value) -> String
    ) {
        self.allowed = allowed
        self.isSecret = isSecret
        isStructured = false
        self.read = { node in
            guard case .scalar(let text, _) = node.content else { return nil }
            return read(node.isNull ? "" : text)
        }
        self.write = write
        shown = { isSecret ? Self.covered(write($0)) : write($0) }
    }

    /// Values that are a list.
    init(
        allowed: String,
        readStructure: @escaping @Sendable (YAMLNode) -> Value?,
        write: @escaping @Sendable (Value) -> String,
        shown: @escaping @Sendable (Value) -> String
    ) {
        self.allowed = allowed
        isSecret = false
        isStructured = true
        read = readStructure
        self.write = write
        self.shown = shown
    }

    /// An empty secret is none, and worth seeing.
    private static func covered(_ text: String) -> String {
        text == "\"\"" ? text : "\"•••\""
    }
}

extension String {
    /// As a YAML value in one line: bare where that cannot be misread, else in quotes.
    var asYAML: String {
        let bare = utf8.allSatisfy { character in
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            case _: false
            }
        }
        let startsPlainly = first.map { $0.isLetter || $0.isNumber || $0 == "/" } ?? false
        guard !(bare && startsPlainly && self != "null") else { return self }
        let escaped = map { character in
            switch character {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\t": "\\t"
            default: String(character)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
