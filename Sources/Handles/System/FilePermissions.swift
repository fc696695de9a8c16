import Glibc

/// Who may read and write a new file or folder.
package enum FilePermissions: Sendable {
    /// The owner alone: 0600, and 0700 for a folder.
    case ownerOnly
    /// Everyone may read: 0644, and 0755 for a folder.
    case worldReadable

    var fileMode: mode_t {
        switch self {
        case .ownerOnly: 0o600
        case .worldReadable: 0o644
        }
    }

    var folderMode: mode_t {
        switch self {
        case .ownerOnly: 0o700
        case .worldReadable: 0o755
        }
    }
}
