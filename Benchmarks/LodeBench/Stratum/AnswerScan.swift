/// Reads the answer that a load gets most.
enum AnswerScan {
    private static let start = Array(#"{"id":"#.utf8)
    private static let end = Array(#","result":true,"error":null}"#.utf8)

    /// - Returns: `nil` for any other line.
    static func acceptedID(_ line: Span<UInt8>) -> UInt64? {
        let digitCount = line.count - start.count - end.count
        guard (1...18).contains(digitCount) else { return nil }
        for place in start.indices where line[place] != start[place] { return nil }
        for place in end.indices where line[line.count - end.count + place] != end[place] { return nil }
        var id: UInt64 = 0
        for place in start.count..<start.count + digitCount {
            let digit = line[place] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            id = id * 10 + UInt64(digit)
        }
        return id
    }
}
