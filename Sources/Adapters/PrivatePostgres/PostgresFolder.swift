import System

/// Where a private server keeps its things, and as whom it runs.
struct PostgresFolder {
    /// The longest path of a unix socket, in bytes (`sockaddr_un` in `unix(7)`), less PostgreSQL's own name in it.
    private static let socketFolderByteCountMax = 107 - "/.s.PGSQL.5432.lock".utf8.count

    let root: String
    /// `nil`: the user that runs this process.
    let user: UserAccount?
    /// Whether that user must be helped through folders that are closed to it.
    let readsEverything: Bool

    var cluster: String { root + "/cluster" }
    /// Becomes `cluster` when it is whole.
    var unfinishedCluster: String { root + "/cluster.new" }
    var log: String { root + "/log" }
    var socket: String {
        let inside = root + "/socket"
        guard inside.utf8.count > Self.socketFolderByteCountMax else { return inside }
        // Any short path that is this folder's alone; it is made closed to all others.
        let hash = root.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }  // FNV-1a
        return "/tmp/lode-postgres-" + String(hash, radix: 16)
    }

    /// Makes what is missing.
    init(_ path: String) throws(PrivatePostgresError) {
        do {
            try Folder.create(path)
            root = try Folder.absolute(path)
            guard UserAccount.isRoot else {
                user = nil
                readsEverything = false
                return
            }
            guard let unprivileged = UserAccount.named("postgres") ?? UserAccount.named("nobody") else {
                throw PrivatePostgresError.noUnprivilegedUser
            }
            user = unprivileged
            readsEverything = try !Folder.isReachable(root, by: unprivileged)
            try Folder.give(root, to: unprivileged)
        } catch let error as SystemError {
            throw .system(error)
        } catch let error as PrivatePostgresError {
            throw error
        } catch {
            throw .failed(program: "lode", output: "\(error)")
        }
    }

    /// Makes the folder of the socket anew, closed to all but the server's user.
    func makeSocketFolder() throws(SystemError) {
        try removeSocketFolder()
        try Folder.create(socket)
        if let user { try Folder.give(socket, to: user) }
    }

    func removeSocketFolder() throws(SystemError) {
        try Folder.removeTree(socket)
    }

    /// The version that wrote the data; `nil` when there is none yet.
    var clusterVersion: String? {
        guard let bytes = try? DurableFile.read(cluster + "/PG_VERSION", byteCountMax: 16) else { return nil }
        return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    }

    func command(_ program: String, _ arguments: [String]) -> Command {
        Command(
            program,
            arguments,
            environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"],
            workingFolder: "/",
            output: .file(log),
            user: user,
            readsEverything: readsEverything,
            ownSession: true
        )
    }

    /// The end of what the programs said, on one line.
    var lastOutput: String {
        let linesMax = 3
        let lines = outputLines
        return lines.isEmpty ? "no output" : lines.suffix(linesMax).joined(separator: " / ")
    }

    /// Whether the server of that number gave up because an earlier one's processes have not all gone (PostgreSQL's
    /// `miscinit.c` and `sysv_shmem.c`).
    ///
    /// Those processes say in the same file how they end, also after it did.
    func foundAnother(_ server: Int32) -> Bool {
        guard let reason = outputLines.last(where: { $0.contains("[\(server)] FATAL:") }) else { return false }
        return reason.contains("lock file \"postmaster.pid\" already exists")
            || reason.contains("pre-existing shared memory block")
    }

    private var outputLines: [Substring] {
        let byteCountMax = 65_536
        guard let bytes = try? DurableFile.readEnd(log, byteCountMax: byteCountMax) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
