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
    /// As `files` stands, for those who must not wait for the disk.
    private let waitingByteCount: Atomic<UInt64>
    private let isWaiting: Atomic<Bool>

    /// Opens what an earlier run left.
    ///
    /// - Throws: `.held` when another process uses the folder.
    init(folder: String, byteCountMax: UInt64) throws(SystemError) {
        try Folder.create(folder)
        lock = try FolderLock(folder)
        let files = try SpoolFiles(folder: folder, byteCountMax: byteCountMax)
        waitingByteCount = Atomic(files.byteCount)
        isWaiting = Atomic(files.hasBacklog)
        self.files = Mutex(files)
    }

    /// Whether shares wait: then later ones must wait behind them.
    var hasBacklog: Bool { isWaiting.load(ordering: .acquiring) }

    var byteCount: UInt64 { waitingByteCount.load(ordering: .acquiring) }

    /// Returns once the shares survive a power cut.
    ///
    /// - Throws: `.noSpace` past the spool's bound; the shares may come back after any error, and are then replayed.
    func append(_ shares: ShareColumns) async throws(SystemError) {
        try await onFiles { files throws(SystemError) in try files.append(shares) }
    }

    /// - Throws: Why shares could not be kept now.
    func probe() async throws(SystemError) {
        try await onFiles { files throws(SystemError) in try files.probe() }
    }

    /// The batches that have waited longest.
    func oldest() async throws(SystemError) -> SpoolFiles.File? {
        try await onFiles { files throws(SystemError) in try files.oldest() }
    }

    /// Everything that waits, for a start to remember.
    func all() async throws(SystemError) -> [SpoolFiles.File] {
        try await onFiles { files throws(SystemError) in try files.all() }
    }

    /// Forgets a file that is in the ledger.
    func remove(_ file: SpoolFiles.File) async throws(SystemError) {
        try await onFiles { files throws(SystemError) in try files.remove(file) }
    }

    private func onFiles<Value: Sendable>(
        _ work: @escaping @Sendable (inout SpoolFiles) throws(SystemError) -> Value
    ) async throws(SystemError) -> Value {
        try await queue.run { () throws(SystemError) in
            try self.files.withLock { files throws(SystemError) in
                defer {
                    self.waitingByteCount.store(files.byteCount, ordering: .releasing)
                    self.isWaiting.store(files.hasBacklog, ordering: .releasing)
                }
                return try work(&files)
            }
        }
    }
}
