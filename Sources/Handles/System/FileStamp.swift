import Glibc

/// What tells one state of a file from the next, without reading it.
package struct FileStamp: Hashable, Sendable {
    private static let nanosecondsPerSecond: Int64 = 1_000_000_000

    /// When the content was last changed, in nanoseconds since 1970.
    package let modifiedNanoseconds: Int64
    package let byteCount: Int64
    /// Another file under the same name has another number.
    package let number: UInt64

    /// - Throws: `.missing`; `.malformed` for what is no plain file, and might be waited for for ever.
    package init(_ path: String) throws(SystemError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SystemError("stat", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError("stat", path, .malformed) }
        modifiedNanoseconds =
            Int64(status.st_mtim.tv_sec) &* Self.nanosecondsPerSecond &+ Int64(status.st_mtim.tv_nsec)
        byteCount = Int64(status.st_size)
        number = UInt64(status.st_ino)
    }
}
