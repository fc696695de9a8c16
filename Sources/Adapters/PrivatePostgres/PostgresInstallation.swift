import System

/// PostgreSQL's programs as Debian installs them: one folder a major version.
struct PostgresInstallation {
    private static let root = "/usr/lib/postgresql"

    /// The major version, such as `15`.
    let version: String
    let programs: String

    /// The installation of one version, or without one the newest.
    static func find(version: String?) throws(PrivatePostgresError) -> PostgresInstallation {
        let names = (try? Folder.names(in: root)) ?? []
        let installed = names.compactMap { name in Int(name).map { (number: $0, name: name) } }
            .sorted { $0.number > $1.number }
            .map { PostgresInstallation(version: $0.name, programs: "\(root)/\($0.name)/bin") }
            .filter { DurableFile.exists("\($0.programs)/initdb") && DurableFile.exists("\($0.programs)/postgres") }
        guard let newest = installed.first else { throw .notInstalled }
        guard let version else { return newest }
        guard let wanted = installed.first(where: { $0.version == version }) else { throw .versionMissing(version) }
        return wanted
    }
}
