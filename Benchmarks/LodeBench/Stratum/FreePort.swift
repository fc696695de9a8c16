import EventLoop

/// A port of loopback that nobody listens on.
enum FreePort {
    /// Below those that the kernel gives to outgoing connections, of which there are thousands here.
    private static let ports: ClosedRange<UInt16> = 20_000...31_999

    static func find() async throws -> UInt16 {
        for _ in 0..<100 {
            let listener = Listener(host: "127.0.0.1", port: .random(in: ports))
            guard
                let probe = try? LoopServer(
                    name: "probe",
                    loopCount: 1,
                    listeners: [listener],
                    makeHandler: { _, _ in Deaf() }
                )
            else { continue }
            await probe.stop()
            return listener.port
        }
        throw StratumBenchError.noPort
    }
}

/// Takes no connection.
private final class Deaf: LoopHandler {
    final class Session {}

    func open(_: Link<Session>) -> Session? { nil }
    func receive(_: Span<UInt8>, from _: Link<Session>) {}
    func closed(_: Link<Session>, because _: LinkClosure) {}
}
