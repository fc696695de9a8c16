import EventLoop
import TestSupport

/// A server of echoes for as long as `body` runs.
func withServer(
    loopCount: Int = 1,
    settings: LoopSettings = LoopSettings(),
    listener: Listener = Listener(host: "127.0.0.1", port: 0),
    _ body: (LoopServer<EchoHandler>, Collector<Event>) async throws -> Void
) async throws {
    let events = Collector<Event>()
    let server = try LoopServer(
        name: "echo",
        loopCount: loopCount,
        listeners: [listener],
        settings: settings
    ) { context, _ in EchoHandler(context, events) }
    do {
        try await body(server, events)
        await server.stop()
    } catch {
        await server.stop()
        throw error
    }
}
