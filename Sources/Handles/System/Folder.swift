import Glibc

/// Folders of the file system, by path.
package enum Folder {
    /// Makes `path` and what is missing above it, durably; one that exists keeps its permissions.
    package static func create(
        _ path: String,
        permissions: FilePermissions = .ownerOnly
    ) throws(SystemError) {
        guard !exists(path) else { return }
        let parent = parent(of: path)
        try create(parent, permissions: permissions)
        guard unsafe mkdir(path, permissions.folderMode) == 0 || errno == EEXIST else {
            throw SystemError("mkdir", path)
        }
        guard exists(path) else { throw SystemError("mkdir", path, .alreadyExists) }  // as a file
        try synchronize(parent)
    }

    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, in alphabetical order, without half-written files of `DurableFile`.
    ///
    /// - Throws: `.missing`.
    package static func names(in path: String) throws(SystemError) -> [String] {
        try allNames(in: path).filter { !$0.hasSuffix(DurableFile.temporarySuffix) }.sorted()
    }

    /// Removes a folder with everything in it; links are removed and never followed.
    package static func removeTree(_ path: String) throws(SystemError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw SystemError("lstat", path) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unsafe unlink(path) == 0 else { throw SystemError("unlink", path) }
            return
        }
        for name in try allNames(in: path) { try removeTree(path + "/" + name) }
        guard unsafe rmdir(path) == 0 else { throw SystemError("rmdir", path) }
    }

    /// Moves a folder within one file system, durably.
    package static func rename(_ path: String, to newPath: String) throws(SystemError) {
        guard unsafe Glibc.rename(path, newPath) == 0 else { throw SystemError("rename", newPath) }
        try synchronize(parent(of: newPath))
    }

    /// Makes a folder the property of `user`.
    package static func give(_ path: String, to user: UserAccount) throws(SystemError) {
        guard unsafe chown(path, user.userID, user.groupID) == 0 else { throw SystemError("chown", path) }
    }

    /// The path without its last part: `.` for a bare name.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// From the root, without links and dots; everything above the last part must exist.
    package static func absolute(_ path: String) throws(SystemError) -> String {
        if let resolved = unsafe realpath(path, nil) {
            defer { unsafe free(resolved) }
            return unsafe String(cString: resolved)
        }
        guard errno == ENOENT, path != "/", path != "." else { throw SystemError("realpath", path) }
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return try absolute(parent(of: path)) + "/" + name
    }

    /// Returns once the names in a folder are on the disk.
    static func synchronize(_ path: String) throws(SystemError) {
        try FileDescriptor(opening: path, O_RDONLY | O_DIRECTORY).synchronize()
    }

    private static func allNames(in path: String) throws(SystemError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw SystemError("opendir", path) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { start in
                unsafe start.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
