import Foundation
import PostgresClient
import ServiceRuntime
import Synchronization
import System
import Testing

@testable import PrivatePostgres

@Suite(.serialized) struct PrivatePostgresServerTests {
    private struct NoSink: LogSink {
        func write(_ line: String) {}
    }

    private final class Lines: LogSink {
        private let kept = Mutex<[String]>([])
        var all: [String] { kept.withLock { $0 } }
        func write(_ line: String) { kept.withLock { $0.append(line) } }
    }

    /// Real time, of which everybody sleeps little.
    private struct ImpatientClock: WallClock {
        var unixMilliseconds: UInt64 { SystemClock().unixMilliseconds }
        var monotonicMilliseconds: UInt64 { SystemClock().monotonicMilliseconds }
        func sleep(for duration: Duration) async throws {
            try await SystemClock().sleep(for: min(duration, .milliseconds(20)))
        }
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
            ProcessSignal.kill.send(to: try processID(in: folder))
            var answer: String?
            while answer == nil { answer = try? await ask(server, "SELECT 'back'") }
            #expect(answer == "back")
            running.cancel()
            try await running.value
            await #expect(throws: (any Error).self) { try await ask(server, "SELECT 1") }
        }
    }

    @Test func aServerThatWasJustKilledIsReplacedEachTime() async throws {
        try await withFolder { folder in
            var server = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            _ = try await ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
            for _ in 0..<5 {
                ProcessSignal.kill.send(to: try processID(in: folder))
                server = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
                #expect(try await ask(server, "SELECT answer FROM kept") == "42")
            }
            await server.stop()
        }
    }

    /// As under a first process that collects nobody's children, in a container: the zombie stays for good.
    @Test func aZombieDoesNotKeepTheNextServerFromStarting() async throws {
        try await withFolder { folder in
            let first = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            let file = folder + "/cluster/postmaster.pid"
            let lines = String(decoding: try DurableFile.read(file, byteCountMax: 4_096), as: UTF8.self)
            await first.stop()
            let output = folder + "/zombie"
            let parent = try ChildProcess(
                Command("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], output: .file(output), ownSession: true)
            )
            defer { parent.send(.kill) }
            var zombie: Int32?
            while zombie == nil {
                let bytes = try DurableFile.read(output, byteCountMax: 100)
                let number = Int32(String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self))
                if let number, try ProcessSignal.isZombie(number) { zombie = number }
            }
            let number = try #require(zombie)
            let left = "\(number)" + lines.drop { $0 != "\n" }
            try DurableFile.replace(file, with: Array(left.utf8), permissions: .worldReadable)
            let second = try await PrivatePostgresServer(in: folder, surroundings: Self.surroundings)
            #expect(try await ask(second, "SELECT 1") == "1")
            await second.stop()
        }
    }

    /// What is left of a killed server says that it ends whenever it comes to that.
    @Test func whatAnEarlierServersProcessesSayIsNotTheNewServersReason() async throws {
        try await withFolder { path in
            let folder = try PostgresFolder(path)
            let lines = [
                #"2026-11-20 20:21:42.790 UTC [613] FATAL:  lock file "postmaster.pid" already exists"#,
                "2026-11-20 20:21:42.823 UTC [594] FATAL:  terminating connection due to unexpected postmaster exit",
                "2026-11-20 20:21:43.102 UTC [614] FATAL:  could not map anonymous shared memory",
            ]
            let text = Array(lines.joined(separator: "\n").utf8)
            try DurableFile.replace(folder.log, with: text, permissions: .worldReadable)
            #expect(folder.foundAnother(613))
            for other: Int32 in [594, 614, 61] { #expect(!folder.foundAnother(other)) }
        }
    }

    @Test func aFileThatCannotBeReadIsNoSignOfAnEnd() async throws {
        try await withFolder { folder in
            let lines = Lines()
            let clock = ImpatientClock()
            let log = Log(service: "test", minimum: .info, clock: clock, sink: lines)
            let surroundings = Surroundings(log: log, metrics: Metrics(), health: Health(), clock: clock)
            let server = try await PrivatePostgresServer(in: folder, surroundings: surroundings)
            let begun = try await ask(server, "SELECT pg_postmaster_start_time()")
            let file = folder + "/cluster/postmaster.pid"
            let size = UInt64(try DurableFile.read(file, byteCountMax: 4_096).count)
            let handle = try #require(FileHandle(forUpdatingAtPath: file))
            // Longer than any such file, so that reading it fails, whoever reads; PostgreSQL looks only at its start.
            try handle.truncate(atOffset: size + 8_192)
            let running = Task { try await server.run() }
            while !lines.all.contains(where: { $0.contains("cannot be looked at") }) { await Task.yield() }
            for _ in 0..<5 { #expect(try await ask(server, "SELECT pg_postmaster_start_time()") == begun) }
            try handle.truncate(atOffset: size)
            running.cancel()
            try await running.value
            #expect(!lines.all.contains { $0.contains("started again") })
            await #expect(throws: (any Error).self) { try await ask(server, "SELECT 1") }
        }
    }

    private func processID(in folder: String) throws -> Int32 {
        let file = try DurableFile.read(folder + "/cluster/postmaster.pid", byteCountMax: 4_096)
        return try #require(Int32(String(decoding: file.prefix { $0 != 10 }, as: UTF8.self)))
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
