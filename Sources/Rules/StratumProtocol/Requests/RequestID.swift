/// What ties an answer to its request: any JSON scalar, repeated byte for byte.
package enum RequestID: Hashable, Sendable {
    case null
    /// A whole number in its plainest form, as nearly every miner sends.
    case number(UInt64)
    /// Every other scalar, as it was written: a string with its quotes, a fraction, `true`.
    case text([UInt8])

    /// The longest that is repeated, in bytes as written.
    package static let byteCountMax = 64
    /// As many digits fit into a number, whichever they are.
    private static let digitCountMax = 19

    /// Reads a JSON value that has no space around it.
    ///
    /// - Returns: `nil` for an array, an object, and for more than `byteCountMax` bytes.
    init?(scalar text: Span<UInt8>) {
        switch text[0] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return nil
        case UInt8(ascii: "n"): self = .null
        case _:
            if let number = Self.plainNumber(text) {
                self = .number(number)
            } else {
                guard text.count <= Self.byteCountMax else { return nil }
                self = .text([UInt8](copying: text))
            }
        }
    }

    /// - Returns: `nil` unless printing the number gives the same text.
    private static func plainNumber(_ text: Span<UInt8>) -> UInt64? {
        guard (1...digitCountMax).contains(text.count), text[0] != UInt8(ascii: "0") || text.count == 1 else {
            return nil
        }
        var number: UInt64 = 0
        for index in text.indices {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            number = number * 10 + UInt64(digit)
        }
        return number
    }

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .number(let number): bytes.append(decimal: number)
        case .text(let text): bytes.append(contentsOf: text)
        }
    }
}
