/// A column of values without nulls, written down as the server's `array_recv` reads them: one piece of memory for all.
package struct PostgresColumn: Sendable {
    package enum Element: Sendable {
        /// `bytea`, of 32 bytes each: a hash.
        case hash
        /// `integer`.
        case integer32
        /// `bigint`.
        case integer64

        var byteCount: Int {
            switch self {
            case .hash: 32
            case .integer32: 4
            case .integer64: 8
            }
        }

        /// Numbers in `pg_type`, of the element and of its array.
        var types: (element: UInt32, array: UInt32) {
            switch self {
            case .hash: (17, 1001)
            case .integer32: (23, 1007)
            case .integer64: (20, 1016)
            }
        }
    }

    /// Dimensions, whether there are nulls, the element's type, how many there are, and the first one's index.
    private static let headByteCount = 20
    /// An array of no dimensions has no more.
    private static let emptyHeadByteCount = 12
    /// Before each value.
    private static let lengthByteCount = 4

    private let element: Element
    private var bytes: [UInt8]
    private var end = Self.headByteCount
    private var count = 0

    /// Room for `capacity` values; more may not be appended.
    package init(_ element: Element, capacity: Int) {
        self.element = element
        bytes = [UInt8](
            repeating: 0,
            count: Self.headByteCount + capacity * (Self.lengthByteCount + element.byteCount)
        )
    }

    /// Each number's 64 bits as a `bigint`.
    package mutating func append(_ numbers: [UInt64]) {
        precondition(element == .integer64)
        unsafe write(numbers.count) { index, place in
            unsafe place.storeBytes(of: numbers[index].bigEndian, as: UInt64.self)
        }
    }

    package mutating func append(_ number: Int32) {
        precondition(element == .integer32)
        unsafe write(1) { _, place in unsafe place.storeBytes(of: number.bigEndian, as: Int32.self) }
    }

    /// Hashes that stand one after the other.
    ///
    /// - Precondition: There are 32 bytes for each.
    package mutating func append(hashes: [UInt8]) {
        let size = element.byteCount
        precondition(element == .hash && hashes.count.isMultiple(of: size))
        unsafe hashes.withUnsafeBytes { hashes in
            unsafe write(hashes.count / size) { index, place in
                guard let start = hashes.baseAddress else { return }
                unsafe place.copyMemory(from: start + index * size, byteCount: size)
            }
        }
    }

    @unsafe private mutating func write(_ more: Int, _ value: (Int, UnsafeMutableRawPointer) -> Void) {
        guard more > 0 else { return }
        let (size, first) = (element.byteCount, end)
        end += more * (Self.lengthByteCount + size)
        count += more
        precondition(end <= bytes.count, "more values than the column has room for")
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard var place = buffer.baseAddress else { return }
            unsafe place += first
            for index in 0..<more {
                unsafe place.storeBytes(of: UInt32(size).bigEndian, as: UInt32.self)
                unsafe value(index, place + Self.lengthByteCount)
                unsafe place += Self.lengthByteCount + size
            }
        }
    }

    /// The whole array's number in `pg_type`.
    var arrayType: UInt32 { element.types.array }

    /// What is sent.
    var encoded: [UInt8] {
        var all = bytes
        all.removeLast(all.count - (count == 0 ? Self.emptyHeadByteCount : end))
        let head = [UInt32(count == 0 ? 0 : 1), 0, element.types.element, UInt32(count), 1]
        for (index, byte) in head.flatMap(\.bigEndianBytes).prefix(all.count).enumerated() { all[index] = byte }
        return all
    }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: self >> (24 - 8 * UInt32($0))) }
    }
}
