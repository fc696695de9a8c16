import Synchronization

/// Stands between the pool and a PostgreSQL server, and asks a checkpoint about every statement.
///
/// It reads the frontend/backend protocol 3.0 in plain text, for a client that waits for each answer, as libpq does
/// outside of its pipeline mode.
package final class PostgresProxy: Sendable {
    private let server: ProxyServer

    /// `socketPath` is the server's own Unix socket.
    package init(to socketPath: String, _ checkpoint: any Checkpoint) throws {
        server = try ProxyServer { client, number in
            guard let upstream = try? LoopbackSocket(path: socketPath) else { return }
            let link = PostgresLink(client: client, server: upstream, number: number, checkpoint: checkpoint)
            await withTaskGroup { group in
                group.addTask { await link.passQuestions() }
                group.addTask { await link.passAnswers() }
            }
        }
    }

    package func conninfo(database: String) -> String {
        "host=127.0.0.1 port=\(server.port) user=postgres dbname=\(database) sslmode=disable gssencmode=disable"
    }
}

/// One session, in both directions.
private final class PostgresLink: Sendable {
    private let client: LoopbackSocket
    private let server: LoopbackSocket
    private let number: Int
    private let checkpoint: any Checkpoint
    /// The statement that the server has in hand.
    private let pending = Mutex<ProxiedCall?>(nil)

    /// Longer than any session is idle.
    private static let patience = Duration.seconds(3_600)

    init(client: LoopbackSocket, server: LoopbackSocket, number: Int, checkpoint: any Checkpoint) {
        self.client = client
        self.server = server
        self.number = number
        self.checkpoint = checkpoint
    }

    /// Passes statements on, each whole.
    func passQuestions() async {
        defer { end() }
        var reader = PostgresMessages(isClient: true)
        var question: [UInt8] = []
        var statement = PostgresStatement()
        var prepared: [String: String] = [:]
        while let bytes = try? await client.receive(timeout: Self.patience), !bytes.isEmpty {
            reader.append(bytes)
            while let message = reader.next() {
                question += message.bytes
                statement.note(message, &prepared)
                guard message.endsQuestion else { continue }
                if let call = statement.call(number) {
                    guard await checkpoint.before(call) == .pass else { return }
                    pending.withLock { $0 = call }
                }
                guard (try? await server.send(question)) != nil else { return }
                question = []
                statement = PostgresStatement()
            }
        }
    }

    /// Passes answers on: one to a statement whole, what the server says by itself at once.
    func passAnswers() async {
        defer { end() }
        var reader = PostgresMessages(isClient: false)
        var answer: [UInt8] = []
        while let bytes = try? await server.receive(timeout: Self.patience), !bytes.isEmpty {
            reader.append(bytes)
            while let message = reader.next() {
                answer += message.bytes
                let isReady = message.type == UInt8(ascii: "Z")
                if isReady, let call = pending.withLock({ $0.take() }) {
                    guard await checkpoint.after(call) == .pass else { return }
                } else if pending.withLock({ $0 != nil }) {
                    continue
                }
                guard (try? await client.send(answer)) != nil else { return }
                answer = []
            }
        }
        // What a server says last, such as why it goes.
        if !answer.isEmpty { try? await client.send(answer) }
    }

    private func end() {
        client.abort()
        server.abort()
    }
}
