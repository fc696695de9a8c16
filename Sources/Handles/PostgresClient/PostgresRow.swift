/// One row of an answer, by position.
package struct PostgresRow: Hashable, Sendable {
    /// Columns in the server's text form; `nil` is SQL's null.
    package let columns: [String?]

    package init(_ columns: [String?]) {
        self.columns = columns
    }

    /// - Throws: `.unreadable` for null.
    package func text(_ column: Int) throws(PostgresError) -> String {
        guard let text = columns[column] else { throw .unreadable("column \(column) is null") }
        return text
    }

    package func isNull(_ column: Int) -> Bool {
        columns[column] == nil
    }

    /// A whole number.
    ///
    /// - Throws: `.unreadable` for null, for anything else, and for a number that `Number` does not hold.
    package func integer<Number: FixedWidthInteger>(
        _ column: Int,
        as type: Number.Type = Number.self
    ) throws(PostgresError) -> Number {
        let text = try text(column)
        guard let number = Number(text) else { throw .unreadable("column \(column) is no \(type): \(text)") }
        return number
    }

    /// - Throws: `.unreadable` for null and anything but a boolean.
    package func boolean(_ column: Int) throws(PostgresError) -> Bool {
        switch try text(column) {
        case "t": return true
        case "f": return false
        case let other: throw .unreadable("column \(column) is no boolean: \(other)")
        }
    }

    /// A `bytea`.
    ///
    /// - Throws: `.unreadable` for null and anything but the server's `\x…` form.
    package func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        let text = try text(column).utf8
        guard text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]), text.count.isMultiple(of: 2) else {
            throw .unreadable("column \(column) is no byte string")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        var high: UInt8?
        for character in text.dropFirst(2) {
            guard let digit = Character(Unicode.Scalar(character)).hexDigitValue else {
                throw .unreadable("column \(column) is no byte string")
            }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return bytes
    }
}
