import HTTPClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct LineConnectionTests {
    private static func settings(
        _ port: UInt16,
        silenceMax: Duration = .seconds(50),
        sendTimeout: Duration = .seconds(50),
        lineByteCountMax: Int = 1 << 20
    ) -> LineSettings {
        LineSettings(
            host: "127.0.0.1",
            port: port,
            security: .plain,
            silenceMax: silenceMax,
            sendTimeout: sendTimeout,
            lineByteCountMax: lineByteCountMax
        )
    }

    private static func connect(
        _ settings: (UInt16) -> LineSettings = { settings($0) }
    ) async throws -> (LineConnection, LoopbackSocket) {
        let listener = try LoopbackListener()
        let connection = LineConnection(settings(listener.port))
        async let socket = listener.accept()
        try await connection.open()
        return (connection, try await socket)
    }

    private static func text(_ connection: LineConnection) async throws -> String {
        String(decoding: try await connection.nextLine(), as: UTF8.self)
    }

    @Test func linesGoBothWaysAndNothingElseIsSaid() async throws {
        let (connection, socket) = try await Self.connect()
        connection.send(Array("one\n".utf8))
        connection.send(Array("two\n".utf8))
        #expect(try await socket.receive(until: "two\n") == "one\ntwo\n")
        try await socket.send("a\nb\r\n\nc")
        #expect(try await Self.text(connection) == "a")
        #expect(try await Self.text(connection) == "b")
        try await socket.send("d\n")
        #expect(try await Self.text(connection) == "cd")
    }

    @Test func whatCameBeforeTheEndIsRead() async throws {
        let (connection, socket) = try await Self.connect()
        try await socket.send("last\nhalf")
        socket.endSending()
        #expect(try await Self.text(connection) == "last")
        await #expect(throws: LineConnectionError.closed) { try await connection.nextLine() }
        await #expect(throws: LineConnectionError.closed) { try await connection.nextLine() }
    }

    @Test func aLineOfTheLargestSizeComesAndALargerOneEndsTheConnection() async throws {
        let (connection, socket) = try await Self.connect { Self.settings($0, lineByteCountMax: 100_000) }
        let line = String(repeating: "x", count: 100_000)
        async let sending: Void? = try? socket.send(line + "\n" + line + "x\n")
        #expect(try await Self.text(connection) == line)
        await #expect(throws: LineConnectionError.lineTooLong) { try await connection.nextLine() }
        _ = await sending
    }

    @Test func linesThatNobodyAskedForWaitWithTheirSender() async throws {
        let (connection, socket) = try await Self.connect()
        let block = [UInt8](repeating: UInt8(ascii: "y"), count: 9_999) + [UInt8(ascii: "\n")]
        // Far past what the two systems keep for a connection of which nothing is read.
        let flood = Array(repeatElement(block, count: 2_000).joined())
        let flooding = Task { try await socket.send(flood) }
        for _ in 0..<2_000 { #expect(try await connection.nextLine().count == 9_999) }
        try await flooding.value
    }

    @Test func whatNobodyTakesEndsTheConnectionAtItsBound() async throws {
        let (connection, _socket) = try await Self.connect()
        let chunk = [UInt8](repeating: UInt8(ascii: "z"), count: 1 << 20)
        for _ in 0..<64 { connection.send(chunk) }
        await #expect(throws: LineConnectionError.tooMuchToSend) { try await connection.nextLine() }
        withExtendedLifetime(_socket) {}
    }

    @Test func silenceHasALimit() async throws {
        let (connection, socket) = try await Self.connect { Self.settings($0, silenceMax: .milliseconds(50)) }
        await #expect(throws: LineConnectionError.silent) { try await connection.nextLine() }
        withExtendedLifetime(socket) {}
    }

    @Test func cancellingAReaderLeavesTheConnection() async throws {
        let (connection, socket) = try await Self.connect()
        let reading = Task { try await connection.nextLine() }
        reading.cancel()
        await #expect(throws: LineConnectionError.cancelled) { try await reading.value }
        try await socket.send("still here\n")
        #expect(try await Self.text(connection) == "still here")
    }

    @Test func closingEndsIt() async throws {
        let (connection, socket) = try await Self.connect()
        connection.close()
        await #expect(throws: LineConnectionError.cancelled) { try await connection.nextLine() }
        #expect(try await socket.receive().isEmpty)
    }

    @Test func aDroppedConnectionIsClosed() async throws {
        let listener = try LoopbackListener()
        async let accepted = listener.accept()
        try await LineConnection(Self.settings(listener.port)).open()
        #expect(try await accepted.receive().isEmpty)
    }

    @Test func nobodyThereIsUnreachable() async throws {
        let connection = LineConnection(Self.settings(try LoopbackPort.free()))
        do {
            try await connection.open()
            Issue.record("nobody listens there")
        } catch {
            guard case LineConnectionError.unreachable = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func cancellingEndsConnecting() async throws {
        // A listener that nobody serves, in TLS: the handshake never comes.
        let listener = try LoopbackListener()
        var settings = Self.settings(listener.port)
        settings.security = .unverified
        let connection = LineConnection(settings)
        let opening = Task { try await connection.open() }
        let socket = try await listener.accept()
        opening.cancel()
        await #expect(throws: LineConnectionError.cancelled) { try await opening.value }
        withExtendedLifetime(socket) {}
    }

    @Test func aHandshakeThatTakesTooLongIsUnreachable() async throws {
        let listener = try LoopbackListener()
        var settings = Self.settings(listener.port)
        settings.security = .unverified
        settings.connectTimeout = .milliseconds(50)
        await #expect(throws: LineConnectionError.self) { try await LineConnection(settings).open() }
    }
}
