import HTTPClient
import Testing

@Suite struct ServerSentEventTests {
    private static let streams: [(String, [ServerSentEvent])] = [
        ("data: a\n\n", [ServerSentEvent(name: "message", data: "a")]),
        ("event: job\ndata: {\ndata: }\n\n", [ServerSentEvent(name: "job", data: "{\n}")]),
        (": comment\r\nevent:x\r\ndata:1\r\n\r\n", [ServerSentEvent(name: "x", data: "1")]),
        (
            "data: a\r\rdata: b\r\r",
            [ServerSentEvent(name: "message", data: "a"), ServerSentEvent(name: "message", data: "b")]
        ),
        ("event: empty\n\n", []), ("data\n\n", [ServerSentEvent(name: "message", data: "")]),
        ("data: unfinished\n", []),
        ("id: 3\nretry: 5\ndata: x\n\n", [ServerSentEvent(name: "message", data: "x")]),
    ]

    @Test(arguments: streams) func bytesBecomeEventsHoweverTheyAreCut(text: String, expected: [ServerSentEvent]) throws
    {
        for size in [1, 2, 3, 1_000] {
            var parser = ServerSentEventParser(byteCountMax: 100)
            var events: [ServerSentEvent] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                events += try parser.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(events == expected)
        }
    }

    @Test func anEventIsBoundedAndCommentsCostNothing() throws {
        var parser = ServerSentEventParser(byteCountMax: 20)
        for _ in 0..<100 { _ = try parser.append(Array(": still here\n".utf8)) }
        #expect(throws: ServerSentEventParser.Failure.eventTooLarge) {
            for _ in 0..<3 { _ = try parser.append(Array("data: 123456789\n".utf8)) }
        }
    }
}
