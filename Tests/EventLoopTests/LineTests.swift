import EventLoop
import TestSupport
import Testing

/// Lines in, lines out, in plain text and in TLS.
@Suite(.timeLimit(.minutes(2))) struct LineTests {
    @Test func theHandlerIsToldInOrder() async throws {
        try await withServer { echo in
            let socket = try LoopbackSocket(port: echo.port)
            try await socket.send("hello\r\nworld\n")
            #expect(try await socket.receive(until: "world\n") == "hello\nworld\n")
            socket.abort()
            let all = await echo.events.wait(for: .closed(.peer))
            #expect(all == [.open("127.0.0.1"), .opened, .line("hello"), .line("world"), .turnEnded, .closed(.peer)])
        }
    }

    @Test(arguments: Carriage.allCases) func aLineCutAnywhereIsWhole(carriage: Carriage) async throws {
        try await withServer(carriage) { echo in
            let client = try echo.client()
            let bytes = "{\"id\":1}\r\n"
            for cut in 0...bytes.utf8.count {
                client.send("mark\(cut)\n" + String(decoding: bytes.utf8.prefix(cut), as: UTF8.self))
                await client.wait(for: "mark\(cut)")  // so the first part has been read by itself
                client.send(String(decoding: bytes.utf8.dropFirst(cut), as: UTF8.self) + "done\(cut)\n")
                await client.wait(for: "done\(cut)")
            }
            let expected = (0...bytes.utf8.count).flatMap { ["mark\($0)", "{\"id\":1}", "done\($0)"] }
            #expect(client.lines == expected)
        }
    }

    @Test(arguments: Carriage.allCases) func aThousandLinesInOneSegmentAreAllAnsweredInOrder(
        carriage: Carriage
    ) async throws {
        try await withServer(carriage) { echo in
            let client = try echo.client()
            client.send((0..<1_000).map { "line \($0)\n" }.joined())
            await client.wait(for: "line 999")
            #expect(client.lines == (0..<1_000).map { "line \($0)" })
        }
    }

    /// Of a TLS record that has more lines than a turn's share the rest is held, and behind it wait further records.
    @Test(arguments: Carriage.allCases) func piecesThatCameTogetherAreAllReadWhateverATurnsShare(
        carriage: Carriage
    ) async throws {
        var settings = LoopSettings()
        settings.turnLineCountMax = 4  // so many lines are in each of the server's pieces
        var clientSettings = LoopSettings()
        clientSettings.turnLineCountMax = 3
        try await withServer(carriage, settings: settings) { echo in
            let client = try echo.client(settings: clientSettings)
            client.send("begin\n")
            await client.wait(for: "begin")
            client.send((0..<400).map { "line \($0)\n" }.joined())
            await echo.events.wait(for: .line("line 0"))
            let gate = Gate()
            client.loop.post { _ in gate.wait() }
            await echo.events.wait(for: .line("line 399"))
            gate.open()
            await client.wait(for: "line 399")
            #expect(client.lines == ["begin"] + (0..<400).map { "line \($0)" })
        }
    }

    @Test(arguments: Carriage.allCases) func emptyLinesAreLines(carriage: Carriage) async throws {
        try await withServer(carriage) { echo in
            let client = try echo.client()
            client.send("\n\r\n\r\r\nend\n")
            await client.wait(for: "end")
            #expect(client.lines == ["", "", "", "end"])
            let heard = echo.events.elements.filter { if case .line = $0 { true } else { false } }
            #expect(heard == [.line(""), .line(""), .line("\r"), .line("end")])
        }
    }

    @Test(arguments: Carriage.allCases, [(8_192, true), (8_193, false)]) func linesAreBounded(
        carriage: Carriage,
        limit: (byteCount: Int, isTaken: Bool)
    ) async throws {
        try await withServer(carriage) { echo in
            for ending in ["\n", "\r\n"] {
                let client = try echo.client()
                let line = String(repeating: "a", count: limit.byteCount)
                client.send(line + ending)
                await client.wait(for: limit.isTaken ? line : "sorry: a line is too long")
                #expect(client.lines == [limit.isTaken ? line : "sorry: a line is too long"])
                guard !limit.isTaken else { continue }
                #expect(await client.end() == .peer)
                #expect(await echo.closure() == .lineTooLong)
            }
        }
    }

    @Test(arguments: Carriage.allCases) func anEndlessLineIsCutOffWithALastWord(carriage: Carriage) async throws {
        try await withServer(carriage) { echo in
            let client = try echo.client()
            client.send(String(repeating: "a", count: 1 << 20))
            #expect(await client.end() == .peer)
            #expect(client.lines == ["sorry: a line is too long"])
        }
    }

    @Test(arguments: Carriage.allCases) func aLinkIsClosedAfterItsLastWords(carriage: Carriage) async throws {
        try await withServer(carriage) { echo in
            let client = try echo.client()
            client.send("a\nquit\nnobody hears this\n")
            #expect(await client.end() == .peer)
            #expect(client.lines == ["a", "bye"])
            #expect(await echo.closure() == .local)
            #expect(!echo.events.elements.contains(.line("nobody hears this")))
        }
    }

    @Test(arguments: Carriage.allCases) func oneLinksFloodStarvesNoOther(carriage: Carriage) async throws {
        var settings = LoopSettings()
        settings.turnLineCountMax = 8
        try await withServer(carriage, settings: settings) { echo in
            let (loud, quiet) = (try echo.client(), try echo.client())
            quiet.send("count\n")
            await quiet.wait(for: "1")
            loud.send(String(repeating: "count\n", count: 20_000))
            quiet.send("quiet\n")
            await loud.wait(for: "20000")
            await quiet.wait(for: "quiet")
            let events = echo.events.elements
            let heard = try #require(events.firstIndex(of: .line("quiet")))
            #expect(events[heard...].count { $0 == .line("count") } > 1_000)
            #expect(loud.lines.count == 20_000)
        }
    }

    @Test(arguments: Carriage.allCases) func manyKilobytesToOneReaderArriveWhole(carriage: Carriage) async throws {
        var settings = LoopSettings()
        settings.outputByteCountMax = 64 << 20
        try await withServer(carriage, settings: settings) { echo in
            let client = try echo.client()
            let line = String(repeating: "b", count: 8_000)
            client.send(String(repeating: line + "\n", count: 1_000) + "end\n")
            await client.wait(for: "end")
            #expect(client.lines.count == 1_001)
            #expect(client.lines.dropLast().allSatisfy { $0 == line })
        }
    }
}
