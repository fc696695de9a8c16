import Synchronization

/// Takes connections, and gives each one to a task that ends with this object.
final class ProxyServer: Sendable {
    var port: UInt16 { listener.port }

    private let listener: LoopbackListener
    private let clients: OpenSockets
    private let serving: Task<Void, Never>

    init(serve: @escaping @Sendable (_ client: LoopbackSocket, _ number: Int) async -> Void) throws {
        let listener = try LoopbackListener()
        let clients = OpenSockets()
        self.listener = listener
        self.clients = clients
        serving = Task {
            await withDiscardingTaskGroup { group in
                var number = 0
                while let client = try? await listener.accept() {
                    number += 1
                    clients.insert(client, number)
                    group.addTask { [number] in
                        await serve(client, number)
                        client.abort()
                        clients.remove(number)
                    }
                }
            }
        }
    }

    deinit {
        listener.stop()
        clients.abortAll()
        serving.cancel()
    }
}

/// Connections that whoever owns them can end from outside.
private final class OpenSockets: Sendable {
    private struct State {
        var sockets: [Int: LoopbackSocket] = [:]
        var isOver = false
    }

    private let state = Mutex(State())

    func insert(_ socket: LoopbackSocket, _ number: Int) {
        let isOver = state.withLock { state in
            state.sockets[number] = socket
            return state.isOver
        }
        if isOver { socket.abort() }
    }

    func remove(_ number: Int) {
        state.withLock { _ = $0.sockets.removeValue(forKey: number) }
    }

    func abortAll() {
        let sockets = state.withLock { state in
            state.isOver = true
            return state.sockets
        }
        for socket in sockets.values { socket.abort() }
    }
}
