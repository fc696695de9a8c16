import Testing

@testable import HTTPClient

@Suite struct LineSplitterTests {
    private static func lines(_ chunks: [String], byteCountMax: Int = 8) throws -> [String] {
        var splitter = LineSplitter(byteCountMax: byteCountMax)
        return try chunks.flatMap { try splitter.append(Array($0.utf8)) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "lines are whole however their bytes come",
        arguments: [
            (["ab\ncd\n"], ["ab", "cd"]), (["a", "b\nc", "d", "\n"], ["ab", "cd"]), (["ab\r\n\r\n\n"], ["ab"]),
            (["ab\r", "\ncd"], ["ab"]), (["12345678\r", "\n"], ["12345678"]), ([], []),
        ] as [([String], [String])]
    )
    func whole(chunks: [String], lines: [String]) throws {
        #expect(try Self.lines(chunks) == lines)
    }

    @Test(
        "a line past the bound is refused before it ends",
        arguments: [["123456789\n"], ["12345", "67890"], ["12345678", "9\n"]]
    )
    func tooLong(chunks: [String]) {
        #expect(throws: LineSplitter.TooLong.self) { try Self.lines(chunks) }
    }
}
