import System

/// What a running server writes down about itself in `postmaster.pid` (PostgreSQL's `src/include/utils/pidfile.h`).
struct PostmasterFile {
    private static let pathLine = 1
    private static let socketLine = 4
    private static let statusLine = 7

    let processID: Int32
    let socket: String
    let isReady: Bool

    /// - Returns: `nil` when no server runs on `cluster`, whatever an earlier one left behind.
    init?(cluster: String) {
        guard let bytes = try? DurableFile.read(cluster + "/postmaster.pid", byteCountMax: 4_096) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let processID = lines.first.flatMap({ Int32($0) }), lines.count > Self.socketLine,
            lines[Self.pathLine] == cluster,
            // The number may be another program's by now.
            ProcessSignal.commandLine(of: processID).contains(cluster)
        else { return nil }
        self.processID = processID
        socket = String(lines[Self.socketLine])
        isReady = lines.count > Self.statusLine && lines[Self.statusLine].hasPrefix("ready")
    }
}
