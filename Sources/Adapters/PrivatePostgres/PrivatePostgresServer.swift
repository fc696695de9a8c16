import PostgresClient
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
    /// How long a server that an earlier lode started may take to answer.
    private static let answerLimit: Duration = .seconds(1)
    /// The pause before a server is started again that found an earlier one's processes.
    private static let retryInterval: Duration = .milliseconds(250)
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
        var isInSight = true
        while !Task.isCancelled {
            try? await clock.sleep(for: Self.watchInterval)
            guard !Task.isCancelled else { break }
            switch PostmasterState(cluster: folder.cluster) {
            case .running:
                isInSight = true
                continue
            case .unknown(let error):
                if isInSight { log.warning("postgres cannot be looked at", ["reason": "\(error)"]) }
                isInSight = false
                continue
            case .dead: isInSight = true
            }
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
        guard let server = await serverToStop() else { return }
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

    /// Returns once the server takes connections.
    ///
    /// An earlier server that was killed may take a while to be gone: it is waited for within the same limit.
    private func start() async throws(PrivatePostgresError) {
        var child: ChildProcess?
        var obstacle: PrivatePostgresError?
        var waited = Duration.zero
        while waited < Self.startLimit, !Task.isCancelled {
            var pause = Self.stepInterval
            switch PostmasterState(cluster: folder.cluster) {
            case .running(let server):
                // A server that was killed a moment ago looks alive until the kernel has taken it down.
                if server.isReady, child == nil, !(await answers()) {
                    obstacle = .heldByEarlierServer(processID: server.processID)
                    waited += Self.answerLimit
                } else if server.isReady {
                    log.info("postgres takes connections", ["pid": server.processID, "socket": server.socket])
                    return
                }
            case .unknown(let error):
                obstacle = .system(error)
            case .dead(let leftover):
                if let child {
                    guard !child.isRunning else { break }  // it has not come to writing its file
                    guard folder.foundAnother(child.processID) else {
                        throw .failed(program: "postgres", output: folder.lastOutput)
                    }
                    if obstacle == nil { log.warning("postgres waits for an earlier server's processes to go") }
                    obstacle = .heldByEarlierServer(processID: leftover?.processID)
                    pause = Self.retryInterval
                }
                leftover?.removeIfOnlyItsNumberIsLeft(in: folder.cluster)
                child = try launch()
            }
            try? await clock.sleep(for: pause)
            waited += pause
        }
        throw obstacle ?? .failed(program: "postgres", output: folder.lastOutput)
    }

    private func answers() async -> Bool {
        var settings = PostgresSettings(connectionString)
        settings.connectTimeout = Self.answerLimit
        settings.statementTimeout = Self.answerLimit
        let connection = PostgresConnection(settings)
        let rows = try? await connection.execute("SELECT 1")
        await connection.close()
        return rows != nil
    }

    private func launch() throws(PrivatePostgresError) -> ChildProcess {
        do {
            try folder.makeSocketFolder()
            return try ChildProcess(
                folder.command(
                    installation.programs + "/postgres",
                    [
                        "-D", folder.cluster, "-c", "listen_addresses=", "-c",
                        "unix_socket_directories=\(folder.socket)", "-c", "unix_socket_permissions=0700", "-c",
                        "log_checkpoints=off",
                    ]
                )
            )
        } catch {
            throw .system(error)
        }
    }

    /// The server to stop; `nil` when there is none, or that cannot be found out in time.
    private func serverToStop() async -> PostmasterFile? {
        // Waits although this task may be cancelled already: that is how it is told to stop.
        await Task {
            for _ in 0..<(Self.stopLimit / Self.stepInterval) {
                switch PostmasterState(cluster: folder.cluster) {
                case .running(let server): return server
                case .dead: return nil
                case .unknown: try? await clock.sleep(for: Self.stepInterval)
                }
            }
            log.warning("postgres is left as it is: it cannot be looked at")
            return nil
        }.value
    }

    private func ended(_ processID: Int32, within limit: Duration) async -> Bool {
        // Waits although this task may be cancelled already: that is how it is told to stop.
        await Task {
            for _ in 0..<(limit / Self.stepInterval) {
                if !ProcessSignal.isAlive(processID) || (try? ProcessSignal.isZombie(processID)) == true { return true }
                try? await clock.sleep(for: Self.stepInterval)
            }
            return false
        }.value
    }
}

extension Duration {
    /// How many whole times `step` fits.
    fileprivate static func / (whole: Duration, step: Duration) -> Int {
        Int(clamping: whole.wholeMilliseconds / max(1, step.wholeMilliseconds))
    }
}
