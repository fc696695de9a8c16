import EventLoop
import HTTPClient
import TestSupport
import Testing

/// Against the server that the pool itself uses, with a certificate for `localhost` that signs itself.
@Suite(.timeLimit(.minutes(1))) struct LineConnectionTLSTests {
    private final class Session {}

    private final class Echo: LoopHandler {
        func open(_: Link<Session>) -> Session? { Session() }

        func receive(_ line: Span<UInt8>, from link: Link<Session>) {
            link.send(line)
            link.send([UInt8(ascii: "\n")])
        }

        func closed(_: Link<Session>, because _: LinkClosure) {}
    }

    /// What comes back of a line over TLS with the host as `security` wants it proved; `ownFile` stands for its certificate.
    private static func echo(
        host: String,
        _ security: (_ ownFile: String) -> LineSettings.Security
    ) async throws -> String {
        let folder = try ScratchFolder("line-tls")
        let file = folder.path + "/certificate.pem"
        let identity = try TLSIdentity.selfSigned(
            commonName: "localhost",
            certificateFile: file,
            keyFile: folder.path + "/key.pem"
        )
        let server = try LoopServer(
            name: "echo",
            loopCount: 1,
            listeners: [Listener(host: "127.0.0.1", port: 0, tls: identity)],
            settings: LoopSettings()
        ) { _, _ in Echo() }
        let connection = LineConnection(LineSettings(host: host, port: server.ports[0], security: security(file)))
        do {
            try await connection.open()
            connection.send(Array("hello\n".utf8))
            let answer = String(decoding: try await connection.nextLine(), as: UTF8.self)
            await server.stop()
            return answer
        } catch {
            await server.stop()
            throw error
        }
    }

    @Test func aHostWhoseOwnCertificateIsTrustedIsSpokenWith() async throws {
        #expect(try await Self.echo(host: "localhost") { .verified(authorities: $0) } == "hello")
    }

    @Test func anyoneIsSpokenWithWhenNobodyHasToProveAnything() async throws {
        #expect(try await Self.echo(host: "127.0.0.1") { _ in .unverified } == "hello")
    }

    @Test func aCertificateThatNobodyVouchesForIsRefused() async throws {
        await #expect(throws: LineConnectionError.self) {
            try await Self.echo(host: "localhost") { _ in .verified(authorities: nil) }
        }
    }

    @Test func aTrustedCertificateOfAnotherHostIsRefused() async throws {
        await #expect(throws: LineConnectionError.self) {
            try await Self.echo(host: "127.0.0.1") { .verified(authorities: $0) }
        }
    }
}
