/// One value that goes with a statement.
package struct PostgresParameter: Sendable {
    /// The value as it is sent; `nil` is SQL's null.
    let bytes: [UInt8]?
    let isBinary: Bool
    /// The type's number in `pg_type`; 0 lets the server tell from the statement.
    let type: UInt32

    private init(_ bytes: [UInt8]?, isBinary: Bool, type: UInt32) {
        self.bytes = bytes
        self.isBinary = isBinary
        self.type = type
    }

    package static let null = PostgresParameter(nil, isBinary: false, type: 0)

    /// As `text`, which may hold no NUL.
    package static func text(_ text: String) -> PostgresParameter {
        precondition(!text.utf8.contains(0), "text for the database holds a NUL")
        return PostgresParameter(Array(text.utf8), isBinary: false, type: 25)
    }

    /// As `bigint`.
    package static func integer(_ value: Int64) -> PostgresParameter {
        PostgresParameter(bigEndian(value), isBinary: true, type: 20)
    }

    /// As `integer`.
    package static func integer32(_ value: Int32) -> PostgresParameter {
        PostgresParameter(bigEndian(value), isBinary: true, type: 23)
    }

    /// As `numeric`: any whole number, exactly.
    package static func numeric(_ value: some BinaryInteger) -> PostgresParameter {
        PostgresParameter(Array(String(value).utf8), isBinary: false, type: 1700)
    }

    /// As `boolean`.
    package static func boolean(_ value: Bool) -> PostgresParameter {
        PostgresParameter([value ? 1 : 0], isBinary: true, type: 16)
    }

    /// As `bytea`.
    package static func bytes(_ bytes: [UInt8]) -> PostgresParameter {
        PostgresParameter(bytes, isBinary: true, type: 17)
    }

    /// As `bytea[]`.
    package static func byteStrings(_ values: some Collection<[UInt8]>) -> PostgresParameter {
        array(of: 17, values) { value, bytes in
            append(Int32(value.count), to: &bytes)
            bytes += value
        }
    }

    /// As `bigint[]`.
    package static func integers(_ values: some Collection<Int64>) -> PostgresParameter {
        array(of: 20, values) { value, bytes in
            append(Int32(8), to: &bytes)
            append(value, to: &bytes)
        }
    }

    /// As `integer[]`.
    package static func integers32(_ values: some Collection<Int32>) -> PostgresParameter {
        array(of: 23, values) { value, bytes in
            append(Int32(4), to: &bytes)
            append(value, to: &bytes)
        }
    }

    /// As an array of the column's type.
    package static func array(_ column: PostgresColumn) -> PostgresParameter {
        PostgresParameter(column.encoded, isBinary: true, type: column.arrayType)
    }

    /// As `text[]`; none may hold a NUL.
    package static func texts(_ values: some Collection<String>) -> PostgresParameter {
        array(of: 25, values) { text, bytes in
            precondition(!text.utf8.contains(0), "text for the database holds a NUL")
            append(Int32(text.utf8.count), to: &bytes)
            bytes += text.utf8
        }
    }
}

extension PostgresParameter {
    private static let arrayTypes: [UInt32: UInt32] = [17: 1001, 20: 1016, 23: 1007, 25: 1009]

    /// Room for one element: most are hashes.
    private static let elementByteCount = 36

    /// The binary form of a one-dimensional array without nulls, as the server's `array_recv` reads it.
    ///
    /// `encode` appends an element's length and bytes.
    private static func array<Element>(
        of element: UInt32,
        _ values: some Collection<Element>,
        encode: (Element, inout [UInt8]) -> Void
    ) -> PostgresParameter {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + values.count * elementByteCount)
        append(Int32(values.isEmpty ? 0 : 1), to: &bytes)  // dimensions
        append(Int32(0), to: &bytes)  // no nulls
        append(element, to: &bytes)
        if !values.isEmpty {
            append(Int32(values.count), to: &bytes)
            append(Int32(1), to: &bytes)  // the first index
            for value in values { encode(value, &bytes) }
        }
        return PostgresParameter(bytes, isBinary: true, type: arrayTypes[element] ?? 0)
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return bytes
    }
}
