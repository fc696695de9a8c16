import EventLoop
import Foundation
import TestSupport
import Testing

/// What TLS refuses, and how a certificate is replaced.
@Suite(.timeLimit(.minutes(2))) struct TLSTests {
    @Test func aStrangersCertificateIsRefused() async throws {
        try await withServer(.tls) { echo in
            let other = try Certificate()
            let client = try LoopClient(
                to: echo.port,
                tls: try ClientTLS.verifying(certificateAuthorityFile: other.file)
            )
            guard case .tlsFailed(let reason) = await client.end() else {
                Issue.record("the certificate was taken")
                return
            }
            #expect(reason.contains("certificate"))
            await client.loop.stop()
        }
    }

    @Test func aCertificateForAnotherNameIsRefused() async throws {
        try await withServer(.tls) { echo in
            let certificate = try #require(echo.certificate)
            let client = try LoopClient(
                to: echo.port,
                host: "localhost",
                tls: try ClientTLS.verifying(certificateAuthorityFile: certificate.file)
            )
            #expect(await client.end() == .tlsFailed("hostname mismatch"))
            await client.loop.stop()
        }
    }

    @Test func aNameIsVerifiedToo() async throws {
        let certificate = try Certificate(commonName: "localhost")
        let listener = Listener(host: "127.0.0.1", port: 0, tls: certificate.identity)
        let server = try LoopServer(name: "tls", loopCount: 1, listeners: [listener]) { context, _ in
            EchoHandler(context, EventLog<Event>())
        }
        let client = try LoopClient(
            to: server.ports[0],
            host: "localhost",
            tls: try ClientTLS.verifying(certificateAuthorityFile: certificate.file)
        )
        client.send("hello\n")
        #expect(await client.wait(for: "hello") == [.opened, .line("hello")])
        await client.loop.stop()
        await server.stop()
    }

    @Test func whoeverDoesNotVerifyTakesAnyCertificate() async throws {
        try await withServer(.tls) { echo in
            let client = try LoopClient(to: echo.port, tls: try ClientTLS.unverified())
            client.send("hello\n")
            #expect(await client.wait(for: "hello") == [.opened, .line("hello")])
            await client.loop.stop()
        }
    }

    @Test func plainTextOnTheTLSPortEndsTheLink() async throws {
        try await withServer(.tls) { echo in
            let socket = try LoopbackSocket(port: echo.port)
            try await socket.send("{\"id\":1,\"method\":\"mining.subscribe\"}\n")
            _ = try await socket.receiveAll()
            guard case .tlsFailed = await echo.closure() else {
                Issue.record("\(String(describing: echo.events.elements))")
                return
            }
            #expect(!echo.events.elements.contains(.opened))
        }
    }

    @Test func aPlainPortIsNoTLS() async throws {
        try await withServer { echo in
            var settings = LoopSettings()
            settings.handshakeTime = .milliseconds(500)
            settings.tickInterval = .milliseconds(10)
            let client = try LoopClient(to: echo.port, tls: try ClientTLS.unverified(), settings: settings)
            switch await client.end() {
            case .tlsFailed, .timedOut(.handshake): break  // the second when what it sends has no end of a line
            case let other: Issue.record("\(String(describing: other))")
            }
            #expect(!client.arrivals.elements.contains(.opened))
            await client.loop.stop()
        }
    }

    @Test(arguments: ["-tls1", "-tls1_1"]) func oldVersionsAreRefused(version: String) async throws {
        try await withServer(.tls) { echo in
            let output = try openSSL(["s_client", "-connect", "127.0.0.1:\(echo.port)", version], input: "")
            #expect(!output.contains("BEGIN CERTIFICATE"))
        }
    }

    @Test func nobodyNegotiatesAgain() async throws {
        try await withServer(.tls) { echo in
            let output = try openSSL(
                ["s_client", "-connect", "127.0.0.1:\(echo.port)", "-tls1_2"],
                input: "R\n",
                endsInput: false
            )
            #expect(output.contains("RENEGOTIATING"))
            #expect(output.contains("no renegotiation"))
        }
    }

    @Test func aNewCertificateIsShownToNewConnections() async throws {
        try await withServer(.tls) { echo in
            let old = try echo.client()
            old.send("a\n")
            await old.wait(for: "a")
            let next = try Certificate()
            try echo.certificate?.identity.replaceIdentity(certificateFile: next.file, keyFile: next.keyFile)
            let client = try LoopClient(to: echo.port, tls: try .verifying(certificateAuthorityFile: next.file))
            client.send("b\n")
            #expect(await client.wait(for: "b") == [.opened, .line("b")])
            old.send("c\n")
            #expect(await old.wait(for: "c") == [.opened, .line("a"), .line("c")])
            await client.loop.stop()
        }
    }

    @Test func faultsNameTheFile() throws {
        let (one, other) = (try Certificate(), try Certificate())
        let missing = one.folder.path + "/missing.pem"
        #expect(throws: TLSError.badCertificate(file: missing, reason: "No such file or directory")) {
            try TLSIdentity(certificateFile: missing, keyFile: one.keyFile)
        }
        #expect(throws: TLSError.badKey(file: missing, reason: "No such file or directory")) {
            try TLSIdentity(certificateFile: one.file, keyFile: missing)
        }
        #expect(throws: TLSError.keyOfAnother(certificateFile: one.file, keyFile: other.keyFile)) {
            try TLSIdentity(certificateFile: one.file, keyFile: other.keyFile)
        }
        #expect(throws: TLSError.badCertificate(file: one.keyFile, reason: "no start line")) {
            try TLSIdentity(certificateFile: one.keyFile, keyFile: one.keyFile)
        }
        #expect(throws: TLSError.self) { try ClientTLS.verifying(certificateAuthorityFile: missing) }
    }

    @Test func aKeyIsItsOwnersAlone() throws {
        let certificate = try Certificate()
        for file in [certificate.file, certificate.keyFile] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    private func openSSL(_ words: [String], input: String, endsInput: Bool = true) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = words
        let (into, out) = (Pipe(), Pipe())
        process.standardInput = into
        process.standardOutput = out
        process.standardError = out
        try process.run()
        into.fileHandleForWriting.write(Data(input.utf8))
        if endsInput { try into.fileHandleForWriting.close() }
        let output = try out.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
