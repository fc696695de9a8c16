import Glibc

/// Whole files that a crash at any moment leaves either as they were or as they should be.
package enum DurableFile {
    /// Puts `bytes` in the place of whatever is at `path`; on return it survives a power cut.
    ///
    /// Written to a name of its own first, then renamed. Two writers of one path at once are the caller's mistake.
    package static func replace(
        _ path: String,
        with bytes: [UInt8],
        permissions: FilePermissions = .ownerOnly
    ) throws(SystemError) {
        let temporary = path + temporarySuffix
        unsafe unlink(temporary)  // left by a crash, perhaps with other permissions
        do {
            let file = try FileDescriptor(opening: temporary, O_WRONLY | O_CREAT | O_EXCL, mode: permissions.fileMode)
            try file.write(bytes)
            try file.synchronize()
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        guard unsafe rename(temporary, path) == 0 else { throw SystemError("rename", path) }
        try Folder.synchronize(Folder.parent(of: path))
    }

    /// Puts `bytes` at `path` unless something is there already; of several processes at once exactly one does.
    ///
    /// - Returns: Whether it was this call.
    @discardableResult
    package static func create(
        _ path: String,
        with bytes: [UInt8],
        permissions: FilePermissions = .ownerOnly
    ) throws(SystemError) -> Bool {
        let own = "\(path).\(getpid())"
        try replace(own, with: bytes, permissions: permissions)
        defer { unsafe unlink(own) }
        guard unsafe link(own, path) == 0 else {
            guard errno == EEXIST else { throw SystemError("link", path) }
            return false
        }
        try Folder.synchronize(Folder.parent(of: path))
        return true
    }

    /// The whole content.
    ///
    /// - Throws: `.missing`; `.tooLarge` past `byteCountMax`.
    package static func read(_ path: String, byteCountMax: Int) throws(SystemError) -> [UInt8] {
        try FileDescriptor(opening: path, O_RDONLY).read(byteCountMax: byteCountMax)
    }

    /// The last bytes of a file of any size, at most `byteCountMax` of them.
    ///
    /// - Throws: `.missing`.
    package static func readEnd(_ path: String, byteCountMax: Int) throws(SystemError) -> [UInt8] {
        try FileDescriptor(opening: path, O_RDONLY).readEnd(byteCountMax: byteCountMax)
    }

    /// Removes a file, and returns once that is on the disk; a file that is not there is fine.
    package static func remove(_ path: String) throws(SystemError) {
        guard unsafe unlink(path) == 0 else {
            guard errno == ENOENT else { throw SystemError("unlink", path) }
            return
        }
        try Folder.synchronize(Folder.parent(of: path))
    }

    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// What `replace` writes to before it renames; `Folder.names` leaves such names out.
    static let temporarySuffix = ".part"
}
