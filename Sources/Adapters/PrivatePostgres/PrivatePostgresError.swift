package import System

/// Why the pool's own database server does not run.
package enum PrivatePostgresError: Error, CustomStringConvertible {
    case notInstalled
    /// The data was written by a version that is not here.
    case versionMissing(String)
    case noUnprivilegedUser
    /// A program ended badly; `output` is the last it said.
    case failed(program: String, output: String)
    /// Processes of an earlier server hold the data, and have not gone in time.
    case heldByEarlierServer(processID: Int32?)
    case system(SystemError)

    package var description: String {
        switch self {
        case .notInstalled:
            "PostgreSQL is not installed below /usr/lib/postgresql: install it (apt-get install postgresql) or set postgres.url"
        case .versionMissing(let version):
            "the data folder was written by PostgreSQL \(version), which is not installed: install postgresql-\(version)"
        case .noUnprivilegedUser:
            "PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody"
        case .failed(let program, let output): "\(program) failed: \(output)"
        case .heldByEarlierServer(let processID):
            "postgres cannot start: an earlier server\(processID.map { " (process \($0))" } ?? "") still holds its data"
        case .system(let error): "\(error)"
        }
    }
}
