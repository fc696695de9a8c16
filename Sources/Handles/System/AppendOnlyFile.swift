import Glibc

/// A file that only grows, until it is emptied as a whole: the form of a spool or a journal.
///
/// Calls may come from any thread, but one at a time. Reads, writes and above all `synchronize` block: keep them off
/// Swift's shared threads, on an actor with a `QueueExecutor`.
package final class AppendOnlyFile: Sendable {
    package let path: String
    private let file: FileDescriptor

    /// Opens what is at `path`, or creates it, durably, for the owner alone.
    package init(_ path: String) throws(SystemError) {
        let isNew = !DurableFile.exists(path)
        self.path = path
        file = try FileDescriptor(
            opening: path,
            O_RDWR | O_APPEND | O_CREAT,
            mode: FilePermissions.ownerOnly.fileMode
        )
        guard isNew else { return }
        try file.synchronize()
        try Folder.synchronize(Folder.parent(of: path))
    }

    /// Writes all of `bytes` behind what is there; durable only after `synchronize`.
    ///
    /// When the disk is full nothing of it stays.
    package func append(_ bytes: [UInt8]) throws(SystemError) {
        let before = try file.size
        do {
            try file.write(bytes)
        } catch {
            try? file.truncate(to: before)  // half a record would hide those behind it
            throw error
        }
    }

    /// Returns once everything appended survives a power cut.
    package func synchronize() throws(SystemError) {
        try file.synchronizeData()
    }

    /// Cuts the file to its first `byteCount` bytes, durably.
    package func truncate(to byteCount: UInt64) throws(SystemError) {
        try file.truncate(to: byteCount)
        try file.synchronize()
    }

    /// Everything in it.
    ///
    /// - Throws: `.tooLarge` past `byteCountMax`.
    package func readAll(byteCountMax: Int) throws(SystemError) -> [UInt8] {
        try file.read(byteCountMax: byteCountMax)
    }

    /// Bytes in it.
    package var size: UInt64 {
        get throws(SystemError) { try file.size }
    }
}
