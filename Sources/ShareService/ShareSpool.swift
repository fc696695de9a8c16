internal import Messages
internal import Synchronization
internal import System

/// Accepted shares that wait for the ledger, on disk.
///
/// A file is forgotten once all of it is in the ledger. Until then a restart plays it again, which changes nothing.
final class ShareSpool: Sendable {
    private let lock: FolderLock
    private let files: Mutex<SpoolFiles>
    private let queue = BlockingQueue(label: "share-spool")

    /// Opens what an earlier run left.
    ///
    /// - Throws: `.held` when another process uses the folder.
    init(folder: String, byteCountMax: UInt64) throws(SystemError) {
        try Folder.create(folder)
        lock = try FolderLock(folder)
        files = Mutex(try SpoolFiles(folder: folder, byteCountMax: byteCountMax))
    }

    /// Whether shares wait: then later ones must wait behind them.
    var hasBacklog: Bool {
        get async { await queue.run { self.files.withLock { $0.hasBacklog } } }
    }

    var byteCount: UInt64 {
        get async { await queue.run { self.files.withLock { $0.byteCount } } }
    }

    /// Returns once the shares survive a power cut.
    ///
    /// - Throws: `.noSpace` past the spool's bound; the shares may come back after any error, and are then replayed.
    func append(_ shares: [AcceptedShare]) async throws(SystemError) {
        try await queue.run { () throws(SystemError) in
            try self.files.withLock { files throws(SystemError) in try files.append(shares) }
        }
    }

    /// The batches that have waited longest.
    func oldest() async throws(SystemError) -> SpoolFiles.File? {
        try await queue.run { () throws(SystemError) in
            try self.files.withLock { files throws(SystemError) in try files.oldest() }
        }
    }

    /// Everything that waits, for a start to remember.
    func all() async throws(SystemError) -> [SpoolFiles.File] {
        try await queue.run { () throws(SystemError) in
            try self.files.withLock { files throws(SystemError) in try files.all() }
        }
    }

    /// Forgets a file that is in the ledger.
    func remove(_ file: SpoolFiles.File) async throws(SystemError) {
        try await queue.run { () throws(SystemError) in
            try self.files.withLock { files throws(SystemError) in try files.remove(file) }
        }
    }
}
