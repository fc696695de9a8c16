import Glibc

/// Owner of one open file; closed exactly once.
struct FileDescriptor: ~Copyable, Sendable {
    let raw: Int32
    private let path: String

    /// Opened so that no child process inherits it.
    init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) {
        var descriptor: Int32
        repeat { descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, mode) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw SystemError("open", path) }
        raw = descriptor
        self.path = path
    }

    deinit {
        close(raw)
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(raw, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            guard count >= 0 || errno == EINTR else { throw SystemError("write", path) }
            written += max(0, count)
        }
    }

    /// Everything from the start, whatever the file's position.
    func read(byteCountMax: Int) throws(SystemError) -> [UInt8] {
        let size = try size
        guard size <= byteCountMax else { throw SystemError("read", path, .tooLarge) }
        return try read(Int(size), from: 0)
    }

    /// The last bytes, at most `byteCountMax` of them.
    func readEnd(byteCountMax: Int) throws(SystemError) -> [UInt8] {
        let size = Int(try size)
        let count = min(size, byteCountMax)
        return try read(count, from: size - count)
    }

    private func read(_ byteCount: Int, from start: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(raw, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, start + filled)
            }
            guard count >= 0 || errno == EINTR else { throw SystemError("read", path) }
            guard count != 0 else { break }  // it became shorter meanwhile
            filled += max(0, count)
        }
        return Array(bytes.prefix(filled))
    }

    /// Until the end, for files of the kernel that tell no size.
    func drain(byteCountMax: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(raw, buffer.baseAddress, buffer.count)
            }
            guard count >= 0 || errno == EINTR else { throw SystemError("read", path) }
            guard count != 0 else { return bytes }
            bytes += chunk.prefix(max(0, count))
            guard bytes.count <= byteCountMax else { throw SystemError("read", path, .tooLarge) }
        }
    }

    var size: UInt64 {
        get throws(SystemError) {
            var status = stat()
            guard unsafe fstat(raw, &status) == 0 else { throw SystemError("fstat", path) }
            return UInt64(status.st_size)
        }
    }

    /// Returns once content and size are on the disk.
    func synchronize() throws(SystemError) {
        guard fsync(raw) == 0 else { throw SystemError("fsync", path) }
    }

    /// The same, without the times: enough for content to survive, and cheaper.
    func synchronizeData() throws(SystemError) {
        guard fdatasync(raw) == 0 else { throw SystemError("fdatasync", path) }
    }

    func truncate(to size: UInt64) throws(SystemError) {
        guard ftruncate(raw, off_t(size)) == 0 else { throw SystemError("ftruncate", path) }
    }
}
