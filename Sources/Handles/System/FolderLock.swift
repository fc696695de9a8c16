import Glibc

/// Holds a folder for one process: released when this value goes away or the process ends, however it ends.
package final class FolderLock: Sendable {
    private let file: FileDescriptor

    /// - Throws: `.held` when another process has it; `holder(of:)` tells which.
    package init(_ folder: String) throws(SystemError) {
        let path = Self.path(in: folder)
        let file = try FileDescriptor(opening: path, O_RDWR | O_CREAT, mode: FilePermissions.ownerOnly.fileMode)
        guard flock(file.raw, LOCK_EX | LOCK_NB) == 0 else { throw SystemError("flock", path) }
        try file.truncate(to: 0)
        try file.write(Array("\(getpid())\n".utf8))
        self.file = file
    }

    /// The number of the process that wrote itself into the lock last.
    package static func holder(of folder: String) -> Int32? {
        guard let bytes = try? DurableFile.read(path(in: folder), byteCountMax: 32) else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }

    private static func path(in folder: String) -> String { folder + "/lock" }
}
