import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPConnectionTests {
    /// Answers one request after the other on one connection, and tells what was asked.
    private static func serve(_ listener: LoopbackListener, _ answers: [String]) async throws -> [String] {
        let socket = try await listener.accept()
        var asked: [String] = []
        for answer in answers {
            var request = try await socket.receive(until: "\r\n\r\n")
            guard request.contains("\r\n\r\n") else { break }  // the client has given up
            let head = request.components(separatedBy: "\r\n\r\n")[0]
            let lengthLine = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            let length = lengthLine.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
            while request.utf8.count < head.utf8.count + 4 + length {
                let more = try await socket.receive()
                guard !more.isEmpty else { return asked }
                request += String(decoding: more, as: UTF8.self)
            }
            asked.append(request)
            try await socket.send(answer)
        }
        socket.endSending()
        return asked
    }

    private static func url(_ listener: LoopbackListener) -> String { "http://127.0.0.1:\(listener.port)/path?x=1" }

    @Test func oneConnectionServesSeveralRequests() async throws {
        let listener = try LoopbackListener()
        async let asked = Self.serve(
            listener,
            [
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Two: a\r\nx-two: b \r\n\r\nhello",
                "HTTP/1.1 100 Continue\r\nA: 1\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
            ]
        )
        let connection = HTTPConnection()
        let first = try await connection.send(HTTPRequest(url: Self.url(listener), headers: [("X-One", "1")]))
        #expect(first.status == 200)
        #expect(first.body == Array("hello".utf8))
        #expect(first.headers["x-two"] == "a, b")
        let credentials = HTTPCredentials(user: "user", password: "pass")
        let second = try await connection.send(
            HTTPRequest(
                method: "POST",
                url: Self.url(listener),
                body: Array("{\"a\":1}".utf8),
                credentials: credentials
            )
        )
        #expect(second.status == 404)
        #expect(second.headers["a"] == nil)
        let requests = try await asked
        #expect(requests[0].hasPrefix("GET /path?x=1 HTTP/1.1\r\n"))
        #expect(requests[0].contains("\r\nX-One: 1\r\n"))
        #expect(requests[1].hasPrefix("POST /path?x=1 HTTP/1.1\r\n"))
        #expect(requests[1].contains("Authorization: Basic dXNlcjpwYXNz\r\n"))
        #expect(requests[1].hasSuffix("\r\n\r\n{\"a\":1}"))
        #expect(!requests[1].contains("Expect"))
        #expect("\(credentials)" == "•••")
    }

    @Test func aBodyOfEightMebibytesArrives() async throws {
        let listener = try LoopbackListener()
        async let asked = Self.serve(listener, ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
        let body = [UInt8](repeating: 0x61, count: 8 << 20)
        let answer = try await HTTPConnection().send(HTTPRequest(method: "POST", url: Self.url(listener), body: body))
        #expect(answer.status == 200)
        #expect(try await asked[0].utf8.count > body.count)
    }

    @Test func silenceEndsAtTheDeadline() async throws {
        let listener = try LoopbackListener()
        async let accepted = listener.accept()
        let started = ContinuousClock.now
        await #expect(throws: HTTPClientError.timedOut) {
            try await HTTPConnection().send(HTTPRequest(url: Self.url(listener), timeout: .milliseconds(150)))
        }
        #expect((.milliseconds(140)..<(.seconds(20))).contains(.now - started))
        _ = try await accepted
    }

    @Test func bytesThatKeepComingDoNotMoveTheDeadline() async throws {
        let listener = try LoopbackListener()
        let dribble = Task {
            let socket = try await listener.accept()
            try await socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while true {
                try await socket.send("x")
                _ = try? await socket.receive(timeout: .milliseconds(20))
            }
        }
        await #expect(throws: HTTPClientError.timedOut) {
            try await HTTPConnection().send(HTTPRequest(url: Self.url(listener), timeout: .milliseconds(200)))
        }
        await #expect(throws: (any Error).self) { try await dribble.value }
    }

    @Test func nobodyThereIsUnreachable() async throws {
        var port: UInt16 = 0
        do { port = try LoopbackListener().port }
        for url in ["http://127.0.0.1:\(port)/", "http://no-such-host.invalid/"] {
            let error = await #expect(throws: HTTPClientError.self) {
                try await HTTPConnection().send(HTTPRequest(url: url))
            }
            guard case .unreachable = error else {
                Issue.record("\(url): \(String(describing: error))")
                continue
            }
        }
    }

    private static let broken: [(String, HTTPClientError?)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "x", count: 2_000), .responseTooLarge),
        ("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 2_000), .responseTooLarge),
        ("HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 20_000), .responseTooLarge),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx", nil), ("nonsense\r\n\r\n", nil), ("", nil),
    ]

    @Test(arguments: broken) func aBadAnswerIsAnError(answer: String, expected: HTTPClientError?) async throws {
        let listener = try LoopbackListener()
        async let asked = Self.serve(listener, [answer])
        let error = await #expect(throws: HTTPClientError.self) {
            try await HTTPConnection().send(HTTPRequest(url: Self.url(listener), responseByteCountMax: 1_000))
        }
        if let expected {
            #expect(error == expected)
        } else {
            #expect(error.map { if case .other = $0 { true } else { false } } == true, "\(String(describing: error))")
        }
        _ = try? await asked
    }

    @Test func cancellationEndsACallAtOnceAndTheNextGoesOn() async throws {
        let listener = try LoopbackListener()
        let connection = HTTPConnection()
        let waiting = Task { try await connection.send(HTTPRequest(url: Self.url(listener))) }
        let socket = try await listener.accept()
        _ = try await socket.receive(until: "\r\n\r\n")
        let inLine = Task { try await connection.send(HTTPRequest(url: Self.url(listener))) }
        let started = ContinuousClock.now
        inLine.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await inLine.value }
        waiting.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await waiting.value }
        #expect(.now - started < .seconds(2))
        async let asked = Self.serve(listener, ["HTTP/1.1 204 No Content\r\n\r\n"])
        #expect(try await connection.send(HTTPRequest(url: Self.url(listener))).status == 204)
        _ = try await asked
    }

    private static let malformed: [HTTPRequest] = [
        HTTPRequest(url: "ftp://127.0.0.1/"), HTTPRequest(url: "file:///etc/passwd"), HTTPRequest(url: ""),
        HTTPRequest(url: "http://127.0.0.1/a b"), HTTPRequest(url: "http://127.0.0.1/\r\nX: y"),
        HTTPRequest(method: "GET /", url: "http://127.0.0.1/"),
        HTTPRequest(url: "http://127.0.0.1/", headers: [("A", "b\r\nC: d")]),
        HTTPRequest(url: "http://127.0.0.1/", headers: [("A:", "b")]),
    ]

    @Test(arguments: malformed.indices) func aMalformedRequestNeverLeaves(index: Int) async {
        let error = await #expect(throws: HTTPClientError.self) {
            try await HTTPConnection().send(Self.malformed[index])
        }
        #expect(error.map { if case .unreachable = $0 { true } else { false } } == true, "\(String(describing: error))")
    }

    @Test func aStreamIsHandedOnAsItComes() async throws {
        let listener = try LoopbackListener()
        let server = Task {
            let socket = try await listener.accept()
            _ = try await socket.receive(until: "\r\n\r\n")
            try await socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            for number in 1...3 { try await socket.send("event: job\ndata: \(number)\n\n") }
            socket.endSending()
        }
        let events = Mutex<[ServerSentEvent]>([])
        let parser = Mutex(ServerSentEventParser(byteCountMax: 1_000))
        let answer = try await HTTPConnection().stream(HTTPRequest(url: Self.url(listener))) { bytes in
            let new = parser.withLock { parser in (try? parser.append(bytes)) ?? [] }
            events.withLock { $0 += new }
        }
        try await server.value
        #expect(answer.status == 200)
        #expect(events.withLock { $0 } == (1...3).map { ServerSentEvent(name: "job", data: "\($0)") })
    }

    @Test func aRefusedStreamKeepsItsBody() async throws {
        let listener = try LoopbackListener()
        async let asked = Self.serve(listener, ["HTTP/1.1 503 Away\r\nContent-Length: 4\r\n\r\nwhy?"])
        let answer = try await HTTPConnection().stream(HTTPRequest(url: Self.url(listener))) { _ in
            Issue.record("a refusal is no stream")
        }
        #expect(answer.status == 503)
        #expect(answer.body == Array("why?".utf8))
        _ = try await asked
    }

    @Test func connectionsComeAndGo() async throws {
        let listener = try LoopbackListener()
        for _ in 0..<50 {
            async let asked = Self.serve(listener, ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
            #expect(try await HTTPConnection().send(HTTPRequest(url: Self.url(listener))).status == 200)
            _ = try await asked
        }
    }
}
