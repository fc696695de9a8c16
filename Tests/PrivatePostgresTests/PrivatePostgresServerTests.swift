import Foundation
import PostgresClient
import PrivatePostgres
import ServiceRuntime
import System
import Testing

@Suite(.serialized) struct PrivatePostgresServerTests {
    private struct NoSink: LogSink {
        func write(_ line: String) {}
    }

    private static var surroundings: Surroundings {
        let clock = SystemClock()
        let log = Log(service: "test", minimum: .error, clock: clock, sink: NoSink())
        return Surroundings(log: log, metrics: Metrics(), health: Health(), clock: clock)
    }

    /// Runs `body` with a folder that is removed afterwards.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "lode-postgres-test-" + UUID().uuidString
        defer { try? Folder.removeTree(folder) }
        try Folder.create(folder, permissions: .worldReadable)
        try await body(folder + "/postgres")
    }

    private func ask(_ server: PrivatePostgresServer, _ sql: String) async throws -> String? {
        let connection = PostgresConnection(PostgresSettings(server.connectionString))
        let rows = try await connection.execute(sql)
        await connection.close()
        return rows.first?.columns.first ?? nil
    }

    @Test func aServerIsMadeStoppedAndStartedWithItsData() async throws {
        try await withFolder { folder in
            let first = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            _ = try await ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
            await first.stop()
            await #expect(throws: (any Error).self) { try await ask(first, "SELECT 1") }
            let second = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            #expect(try await ask(second, "SELECT answer FROM kept") == "42")
            #expect(try await ask(second, "SHOW listen_addresses") == "")
            await second.stop()
        }
    }

    @Test func aServerLeftRunningIsTakenOver() async throws {
        try await withFolder { folder in
            let first = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            let begun = try await ask(first, "SELECT pg_postmaster_start_time()")
            // As after a kill of the process that started it: nobody told the server to stop.
            let second = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            #expect(try await ask(second, "SELECT pg_postmaster_start_time()") == begun)
            await second.stop()
        }
    }

    @Test func aKilledServerIsStartedAgainWhileTheServiceRuns() async throws {
        try await withFolder { folder in
            let server = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            let running = Task { try await server.run() }
            let file = try DurableFile.read(folder + "/cluster/postmaster.pid", byteCountMax: 4_096)
            let processID = try #require(Int32(String(decoding: file.prefix { $0 != 10 }, as: UTF8.self)))
            ProcessSignal.kill.send(to: processID)
            var answer: String?
            while answer == nil { answer = try? await ask(server, "SELECT 'back'") }
            #expect(answer == "back")
            running.cancel()
            try await running.value
            await #expect(throws: (any Error).self) { try await ask(server, "SELECT 1") }
        }
    }

    @Test func aLongOrOddPathIsNoTrouble() async throws {
        try await withFolder { folder in
            let odd = folder + String(repeating: "/it's a long way", count: 8)
            let server = try await PrivatePostgresServer(in: odd, surroundings: Self.surroundings)
            #expect(try await ask(server, "SELECT 1") == "1")
            await server.stop()
        }
    }

    @Test func dataThatCannotBeUsedIsSaidSo() async throws {
        try await withFolder { folder in
            try Folder.create(folder + "/cluster")
            try DurableFile.replace(folder + "/cluster/PG_VERSION", with: Array("9\n".utf8))
            let error = await #expect(throws: PrivatePostgresError.self) {
                _ = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            }
            #expect(error?.description.contains("install postgresql-9") == true)
        }
    }
}
