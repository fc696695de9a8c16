/// Cuts a stream's bytes into lines, which end with a line feed, or a carriage return before it.
struct LineSplitter: Sendable {
    /// A line that is longer than allowed.
    struct TooLong: Error {}

    private let byteCountMax: Int
    private var rest: [UInt8] = []

    /// - Parameter byteCountMax: Of one line without its end.
    init(byteCountMax: Int) {
        self.byteCountMax = byteCountMax
    }

    /// - Returns: The lines that `bytes` complete, empty ones left out.
    /// - Throws: `TooLong`, also for a line that has not ended yet.
    mutating func append(_ bytes: some Collection<UInt8>) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var unread = bytes[...]
        while let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
            rest += unread[..<end]
            unread = unread[unread.index(after: end)...]
            if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
            guard rest.count <= byteCountMax else { throw TooLong() }
            if !rest.isEmpty { lines.append(rest) }
            rest = []
        }
        rest += unread
        // One byte more for a carriage return whose line feed is on its way.
        guard rest.count <= byteCountMax + 1 else { throw TooLong() }
        return lines
    }
}
