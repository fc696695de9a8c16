import Glibc

extension Folder {
    /// Whether another user gets as far as `path`: every folder above it lets strangers, or this user, pass.
    package static func isReachable(_ path: String, by user: UserAccount) throws(SystemError) -> Bool {
        var folder = parent(of: try absolute(path))
        while true {
            var status = stat()
            guard unsafe stat(folder, &status) == 0 else { throw SystemError("stat", folder) }
            let passes = status.st_mode & S_IXOTH != 0 || status.st_uid == user.userID && status.st_mode & S_IXUSR != 0
            guard passes else { return false }
            guard folder != "/" else { return true }
            folder = parent(of: folder)
        }
    }
}
