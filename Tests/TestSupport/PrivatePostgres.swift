import Foundation

/// A PostgreSQL server of the tests' own: in a scratch folder, on a Unix socket only.
///
/// A shell stands between the test process and the server. It reads orders from a pipe, and when the pipe ends, because
/// the test process ended in whatever way, it stops the server and removes the folder.
package final class PrivatePostgres: Sendable {
    package enum Failure: Error {
        case commandFailed(String)
    }

    /// Where Debian 12's `postgresql-15` has its programs.
    private static let programs = "/usr/lib/postgresql/15/bin"

    private let folder: String
    private let supervisor: Supervisor

    /// One server for the whole test process, started at its first use: make a database of your own in it.
    private static let common = Task { try await PrivatePostgres() }

    /// A new, empty database in the server that all tests of this process use.
    ///
    /// - Returns: Its connection string.
    package static func freshDatabase() async throws -> String {
        try await common.value.freshDatabase()
    }

    /// A server for one test alone, which may stop it.
    ///
    /// `isForgetful`: its writes are safe in a crash of the server, and not in one of the machine. It starts again in a
    /// tenth of the time then.
    package init(isForgetful: Bool = false) async throws {
        folder = "/tmp/lode-postgres-\(UUID().uuidString.prefix(8).lowercased())"
        supervisor = try Supervisor(
            script: Self.script,
            arguments: [Self.programs, folder, isForgetful ? "off" : "on"]
        )
        let answer = await supervisor.nextLine()
        guard answer == "ready" else { throw Failure.commandFailed("start: \(answer ?? "no answer")") }
    }

    deinit {
        supervisor.end()
    }

    /// - Returns: The connection string of a new, empty database.
    package func freshDatabase() async throws -> String {
        let name = "t\(UUID().uuidString.replacing("-", with: "").lowercased())"
        try await order("create \(name)")
        return conninfo(database: name)
    }

    /// Where the server itself listens.
    package var socketPath: String { "\(folder)/.s.PGSQL.5432" }

    package func conninfo(database: String) -> String {
        "host=\(folder) user=postgres dbname=\(database)"
    }

    /// Stops the server: at once as in a crash, or after ending its sessions.
    package func stop(crashing: Bool) async throws {
        try await order(crashing ? "stop immediate" : "stop fast")
    }

    package func start() async throws {
        try await order("start")
    }

    private func order(_ order: String) async throws {
        let answer = await supervisor.ask(order)
        guard answer == "ready" else { throw Failure.commandFailed("\(order): \(answer ?? "no answer")") }
    }

    private static let script = #"""
        bin=$1 folder=$2 fsync=$3
        as() {
            if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; fi
            "$@" </dev/null >>"$folder/out" 2>&1
        }
        start() { as "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -s start; }
        stop() { as "$bin/pg_ctl" -D "$folder/data" -m "$1" -w -s stop; }
        answer() {
            if "$@"; then echo ready; else echo "failed $(tail -n 5 "$folder/out" "$folder/log" | tr '\n' ' ')"; fi
        }
        create() { as "$bin/createdb" -h "$folder" -U postgres "$1"; }
        trap '' INT TERM HUP PIPE
        mkdir -m 700 "$folder" && : >"$folder/out" && : >"$folder/log" || exit 1
        if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder"; fi
        as "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale -N
        cat >>"$folder/data/postgresql.conf" <<END
        listen_addresses = ''
        unix_socket_directories = '$folder'
        max_connections = 60
        shared_buffers = 64MB
        fsync = $fsync
        END
        answer start
        while read -r word value; do
            case $word in
                create) answer create "$value" ;;
                stop) answer stop "$value" ;;
                start) answer start ;;
            esac
        done
        stop immediate
        rm -rf "$folder"
        """#
}
