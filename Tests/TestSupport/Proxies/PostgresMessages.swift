/// Cuts one direction of a session with PostgreSQL into messages.
struct PostgresMessages {
    struct Message {
        /// 0 for the client's first, which has none.
        let type: UInt8
        /// With type and length.
        let bytes: [UInt8]
        let body: ArraySlice<UInt8>

        /// Whether the server is to answer now.
        var endsQuestion: Bool {
            // All but those that a Sync follows: Parse, Bind, Describe, Execute, Close.
            ![UInt8(ascii: "P"), UInt8(ascii: "B"), UInt8(ascii: "D"), UInt8(ascii: "E"), UInt8(ascii: "C")]
                .contains(type)
        }
    }

    private var buffer: [UInt8] = []
    /// Whether the next message has a type: the client's first has none.
    private var isTyped: Bool

    init(isClient: Bool) {
        isTyped = !isClient
    }

    mutating func append(_ bytes: [UInt8]) {
        buffer += bytes
    }

    /// - Returns: `nil` while there is no whole one.
    mutating func next() -> Message? {
        let start = isTyped ? 1 : 0
        guard buffer.count >= start + 4 else { return nil }
        let end = start + buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard buffer.count >= end else { return nil }
        let bytes = Array(buffer[..<end])
        buffer.removeFirst(end)
        let message = Message(type: isTyped ? bytes[0] : 0, bytes: bytes, body: bytes[(start + 4)...])
        isTyped = true
        return message
    }
}

/// What one question's messages say.
struct PostgresStatement {
    private static let textArrayType = 25

    private var text: String?
    private var words: [String] = []

    mutating func note(_ message: PostgresMessages.Message, _ prepared: inout [String: String]) {
        var body = message.body
        switch message.type {
        case UInt8(ascii: "Q"):
            text = Self.string(&body)
        case UInt8(ascii: "P"):
            let name = Self.string(&body)
            let sql = Self.string(&body)
            prepared[name] = sql
            text = sql
        case UInt8(ascii: "B"):
            _ = Self.string(&body)
            text = prepared[Self.string(&body)]
            words = Self.parameters(&body).flatMap(Self.words)
        case _:
            break
        }
    }

    func call(_ connection: Int) -> ProxiedCall? {
        text.map { ProxiedCall(neighbour: .postgres, text: $0, words: words, connection: connection) }
    }

    private static func parameters(_ body: inout ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        let formatCount = number(&body, 2)
        body = body.dropFirst(2 * formatCount)
        return (0..<number(&body, 2)).compactMap { _ in
            let count = Int(Int32(truncatingIfNeeded: number(&body, 4)))
            guard count >= 0 else { return nil }
            defer { body = body.dropFirst(count) }
            return body.prefix(count)
        }
    }

    /// A text, or the elements of a text array (dimensions, flags, type, length, lower bound, elements).
    private static func words(_ parameter: ArraySlice<UInt8>) -> [String] {
        var rest = parameter
        guard parameter.contains(0) else { return String(validating: parameter, as: UTF8.self).map { [$0] } ?? [] }
        guard number(&rest, 4) == 1, number(&rest, 4) >= 0, number(&rest, 4) == textArrayType else { return [] }
        let count = number(&rest, 4)
        rest = rest.dropFirst(4)
        return (0..<min(count, rest.count)).compactMap { _ in
            let byteCount = number(&rest, 4)
            defer { rest = rest.dropFirst(byteCount) }
            return String(validating: rest.prefix(byteCount), as: UTF8.self)
        }
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>, _ byteCount: Int) -> Int {
        defer { bytes = bytes.dropFirst(byteCount) }
        return bytes.prefix(byteCount).reduce(0) { $0 << 8 | Int($1) }
    }

    private static func string(_ bytes: inout ArraySlice<UInt8>) -> String {
        let text = bytes.prefix { $0 != 0 }
        bytes = bytes.dropFirst(text.count + 1)
        return String(decoding: text, as: UTF8.self)
    }
}
