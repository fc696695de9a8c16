/// Goes through one line from left to right and takes what is plain JSON in printable ASCII.
struct LineScanner {
    private var position = 0

    /// Takes one character, and the space before it.
    mutating func take(_ character: Unicode.Scalar, in line: Span<UInt8>) -> Bool {
        skipSpace(in: line)
        guard position < line.count, line[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// - Returns: Where the string stands, without its quotes; `nil` when it has escapes or more than printable ASCII.
    mutating func plainString(in line: Span<UInt8>) -> Range<Int>? {
        guard take("\"", in: line) else { return nil }
        let start = position
        while position < line.count {
            switch line[position] {
            case UInt8(ascii: "\""):
                position += 1
                return start..<position - 1
            case UInt8(ascii: "\\"), 0..<0x20, 0x80...0xff: return nil
            case _: position += 1
            }
        }
        return nil
    }

    /// A plain string, a whole number or `null`, as an id.
    mutating func scalar(in line: Span<UInt8>) -> RequestID? {
        skipSpace(in: line)
        guard position < line.count else { return nil }
        let start = position
        if line[position] == UInt8(ascii: "\"") {
            guard plainString(in: line) != nil else { return nil }
        } else if takeNull(in: line) {
            return .null
        } else {
            while position < line.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= line[position] { position += 1 }
            // More than one digit may not begin with a zero.
            guard position > start, line[start] != UInt8(ascii: "0") || position == start + 1 else { return nil }
        }
        return RequestID(scalar: line.extracting(start..<position))
    }

    mutating func takeNull(in line: Span<UInt8>) -> Bool {
        skipSpace(in: line)
        guard position + 4 <= line.count, line.extracting(position..<position + 4).isEqual(to: "null") else {
            return false
        }
        position += 4
        return true
    }

    mutating func isAtEnd(of line: Span<UInt8>) -> Bool {
        skipSpace(in: line)
        return position == line.count
    }

    private mutating func skipSpace(in line: Span<UInt8>) {
        while position < line.count {
            switch line[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): position += 1
            case _: return
            }
        }
    }
}
