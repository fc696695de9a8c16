package import ServiceRuntime
import System

/// A PostgreSQL server of the pool's own, in its data folder, reached over a unix socket and by nobody else.
///
/// A server that an earlier, killed lode left running is taken over as it is. While this service runs it starts the
/// server again when it dies; at the end it stops it.
package struct PrivatePostgresServer: Service {
    package let name = "postgres"

    /// How long initdb, recovery after a crash and the start may take together.
    private static let startLimit: Duration = .seconds(120)
    /// How long open transactions are waited for at the end before they are cut off.
    private static let stopLimit: Duration = .seconds(30)
    /// How often the server is looked at while it starts or stops.
    private static let stepInterval: Duration = .milliseconds(50)
    /// How often the server is looked at while it runs.
    private static let watchInterval: Duration = .seconds(1)

    private let folder: PostgresFolder
    private let installation: PostgresInstallation
    private let log: Log
    private let clock: any WallClock

    /// For libpq: the socket, and the role and database that the server was made with.
    package var connectionString: String {
        let socket = folder.socket.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
        return "host='\(socket)' user=lode dbname=postgres"
    }

    /// Makes the data when there is none, and returns once the server takes connections.
    package init(in path: String, surroundings: Surroundings) async throws(PrivatePostgresError) {
        log = surroundings.named("postgres").log
        clock = surroundings.clock
        folder = try PostgresFolder(path)
        installation = try PostgresInstallation.find(version: folder.clusterVersion)
        if folder.clusterVersion == nil { try await create() }
        try await start()
    }

    package func run() async throws {
        while !Task.isCancelled {
            try? await clock.sleep(for: Self.watchInterval)
            guard !Task.isCancelled, PostmasterFile(cluster: folder.cluster) == nil else { continue }
            log.error("postgres ended by itself and is started again", ["output": folder.lastOutput])
            do {
                try await start()
            } catch {
                log.error("postgres does not start", ["reason": "\(error)"])
            }
        }
        await stop()
    }

    /// Ends the server: sessions are closed, then everything is on the disk.
    package func stop() async {
        guard let server = PostmasterFile(cluster: folder.cluster) else { return }
        defer { try? folder.removeSocketFolder() }
        ProcessSignal.interrupt.send(to: server.processID)  // PostgreSQL's fast shutdown
        if await ended(server.processID, within: Self.stopLimit) { return }
        log.warning("postgres is cut off: it did not end in time")
        ProcessSignal.kill.send(to: server.processID)
        _ = await ended(server.processID, within: Self.stopLimit)
    }

    private func create() async throws(PrivatePostgresError) {
        log.info("making a private database", ["folder": folder.root, "version": installation.version])
        do {
            try Folder.removeTree(folder.unfinishedCluster)
        } catch {
            throw .system(error)
        }
        let initdb = folder.command(
            installation.programs + "/initdb",
            [
                "--pgdata", folder.unfinishedCluster, "--username", "lode", "--auth", "trust", "--encoding", "UTF8",
                "--locale", "C",
            ]
        )
        do {
            guard try await ChildProcess(initdb).ending(within: Self.startLimit) == .exited(status: 0) else {
                throw PrivatePostgresError.failed(program: "initdb", output: folder.lastOutput)
            }
            try Folder.rename(folder.unfinishedCluster, to: folder.cluster)
        } catch let error as PrivatePostgresError {
            throw error
        } catch {
            throw .failed(program: "initdb", output: "\(error)")
        }
    }

    private func start() async throws(PrivatePostgresError) {
        if let running = PostmasterFile(cluster: folder.cluster) {
            log.info("postgres is still running", ["pid": running.processID])
            return try await waitUntilReady(nil)
        }
        let postgres = folder.command(
            installation.programs + "/postgres",
            [
                "-D", folder.cluster, "-c", "listen_addresses=", "-c", "unix_socket_directories=\(folder.socket)",
                "-c", "unix_socket_permissions=0700", "-c", "log_checkpoints=off",
            ]
        )
        do {
            try folder.makeSocketFolder()
            try await waitUntilReady(try ChildProcess(postgres))
        } catch let error as SystemError {
            throw .system(error)
        } catch let error as PrivatePostgresError {
            throw error
        } catch {
            throw .failed(program: "postgres", output: "\(error)")
        }
    }

    /// Returns once the server takes connections; `child` is the server if this process started it.
    private func waitUntilReady(_ child: ChildProcess?) async throws(PrivatePostgresError) {
        for _ in 0..<(Self.startLimit / Self.stepInterval) {
            let server = PostmasterFile(cluster: folder.cluster)
            if let server, server.isReady {
                log.info("postgres takes connections", ["pid": server.processID, "socket": server.socket])
                return
            }
            guard child?.isRunning ?? (server != nil), !Task.isCancelled else { break }
            try? await clock.sleep(for: Self.stepInterval)
        }
        throw .failed(program: "postgres", output: folder.lastOutput)
    }

    private func ended(_ processID: Int32, within limit: Duration) async -> Bool {
        // Waits although this task may be cancelled already: that is how it is told to stop.
        await Task {
            for _ in 0..<(limit / Self.stepInterval) {
                guard ProcessSignal.isAlive(processID) else { return true }
                try? await clock.sleep(for: Self.stepInterval)
            }
            return false
        }.value
    }
}

extension Duration {
    /// How many whole times `step` fits.
    fileprivate static func / (whole: Duration, step: Duration) -> Int {
        let milliseconds = { (duration: Duration) in
            duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
        }
        return Int(milliseconds(whole) / max(1, milliseconds(step)))
    }
}
