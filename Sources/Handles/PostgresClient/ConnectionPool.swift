import Synchronization

/// A few sessions for calls that need not wait for each other.
package final class ConnectionPool: Sendable {
    /// Calls that may wait for one session; past that the server is too slow for the load, and waiting helps nobody.
    package static let waitingCountMax = 256

    private let connections: [PostgresConnection]
    private let callCounts: Mutex<[Int]>

    /// `count` is how many sessions there are at most, at least 1; each is opened at its first use.
    package init(_ settings: PostgresSettings, count: Int) {
        precondition(count > 0)
        connections = (0..<count).map { _ in PostgresConnection(settings) }
        callCounts = Mutex([Int](repeating: 0, count: count))
    }

    /// As `PostgresConnection.execute`, on the session with the fewest calls.
    @discardableResult
    package func execute(
        _ sql: String,
        _ parameters: [PostgresParameter] = [],
        preparing: Bool = false
    ) async throws(PostgresError) -> [PostgresRow] {
        let index = try enter()
        defer { leave(index) }
        return try await connections[index].execute(sql, parameters, preparing: preparing)
    }

    /// As `PostgresConnection.transaction`, on the session with the fewest calls.
    package func transaction<Value: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        let index = try enter()
        defer { leave(index) }
        return try await connections[index].transaction(body)
    }

    /// A transaction whose statements all see the same moment, and write nothing.
    package func snapshot<Value: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        try await transaction { session throws(PostgresError) in
            try session.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return try body(session)
        }
    }

    private func enter() throws(PostgresError) -> Int {
        let index = callCounts.withLock { counts -> Int? in
            guard let index = counts.indices.min(by: { counts[$0] < counts[$1] }),
                counts[index] < Self.waitingCountMax
            else { return nil }
            counts[index] += 1
            return index
        }
        guard let index else { throw .overloaded }
        return index
    }

    private func leave(_ index: Int) {
        callCounts.withLock { $0[index] -= 1 }
    }
}
