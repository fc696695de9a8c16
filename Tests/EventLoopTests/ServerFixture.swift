import EventLoop
import TestSupport

/// How a server's connections are carried; everything holds for both.
enum Carriage: String, CaseIterable, Sendable {
    case plain
    case tls
}

/// A certificate of a test's own.
struct Certificate: Sendable {
    let folder: ScratchFolder
    let identity: TLSIdentity

    init(commonName: String = "127.0.0.1") throws {
        folder = try ScratchFolder("tls")
        identity = try TLSIdentity.selfSigned(
            commonName: commonName,
            certificateFile: folder.path + "/certificate.pem",
            keyFile: folder.path + "/key.pem"
        )
    }

    var file: String { folder.path + "/certificate.pem" }
    var keyFile: String { folder.path + "/key.pem" }
}

/// A server of echoes, and clients of it.
struct EchoServer {
    let server: LoopServer<EchoHandler>
    let events: EventLog<Event>
    let certificate: Certificate?
    let clients = Collector<LoopClient>()

    var port: UInt16 { server.ports[0] }

    /// A client that trusts the server.
    func client(settings: LoopSettings = LoopSettings()) throws -> LoopClient {
        let tls = try certificate.map { try ClientTLS.verifying(certificateAuthorityFile: $0.file) }
        let client = try LoopClient(to: port, tls: tls, settings: settings)
        clients.append(client)
        return client
    }

    /// How the first link to end did, once it has.
    func closure() async -> LinkClosure? {
        for event in await events.wait(where: { if case .closed = $0 { true } else { false } }) {
            if case .closed(let closure) = event { return closure }
        }
        return nil
    }

    /// What the first connection that was refused came from, and why.
    func refusal() async -> LinkClosure? {
        for event in await events.wait(where: { if case .refused = $0 { true } else { false } }) {
            if case .refused(_, let closure) = event { return closure }
        }
        return nil
    }
}

/// Serves for as long as `body` runs.
func withServer(
    _ carriage: Carriage = .plain,
    loopCount: Int = 1,
    settings: LoopSettings = LoopSettings(),
    listener: Listener = Listener(host: "127.0.0.1", port: 0),
    _ body: (EchoServer) async throws -> Void
) async throws {
    let certificate = carriage == .tls ? try Certificate() : nil
    var listener = listener
    listener.tls = certificate?.identity
    let events = EventLog<Event>()
    let server = try LoopServer(name: "echo", loopCount: loopCount, listeners: [listener], settings: settings) {
        context,
        _ in EchoHandler(context, events)
    }
    let echo = EchoServer(server: server, events: events, certificate: certificate)
    var failure: (any Error)?
    do {
        try await body(echo)
    } catch {
        failure = error
    }
    for client in echo.clients.elements { await client.loop.stop() }
    await server.stop()
    if let failure { throw failure }
}
