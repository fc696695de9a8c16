/// Finds where a value stands in a text that is known to be one strict JSON object.
///
/// A tree of values has lost how they were spelt, and an id is repeated as it was spelt.
struct JSONWalker {
    private var position = 0

    /// Where the value of one member stands, without space around it; `place` counts from 0.
    static func value(ofMember place: Int, in line: Span<UInt8>) -> Range<Int> {
        var walker = JSONWalker()
        walker.pass("{", in: line)
        for _ in 0..<place {
            _ = walker.member(in: line)
            walker.pass(",", in: line)
        }
        return walker.member(in: line)
    }

    private mutating func member(in line: Span<UInt8>) -> Range<Int> {
        _ = value(in: line)
        pass(":", in: line)
        return value(in: line)
    }

    /// Passes one value and the space around it.
    private mutating func value(in line: Span<UInt8>) -> Range<Int> {
        skipSpace(in: line)
        let start = position
        var depth = 0
        repeat {
            switch line[position] {
            case UInt8(ascii: "\""): passString(in: line)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                position += 1
            case _ where depth > 0: position += 1
            case _: passWord(in: line)
            }
        } while depth > 0
        let end = position
        skipSpace(in: line)
        return start..<end
    }

    private mutating func passString(in line: Span<UInt8>) {
        position += 1
        while line[position] != UInt8(ascii: "\"") { position += line[position] == UInt8(ascii: "\\") ? 2 : 1 }
        position += 1
    }

    /// A number, `true`, `false` or `null`.
    private mutating func passWord(in line: Span<UInt8>) {
        while position < line.count, !Self.endsWord(line[position]) { position += 1 }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }

    private mutating func pass(_ character: Unicode.Scalar, in line: Span<UInt8>) {
        skipSpace(in: line)
        precondition(line[position] == UInt8(ascii: character))
        position += 1
    }

    private mutating func skipSpace(in line: Span<UInt8>) {
        while position < line.count, line[position] <= 0x20 { position += 1 }
    }
}
