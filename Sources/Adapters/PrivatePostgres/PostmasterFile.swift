import System

/// What a server writes down about itself in `postmaster.pid` (PostgreSQL's `src/include/utils/pidfile.h`).
struct PostmasterFile {
    private static let byteCountMax = 4_096
    private static let pathLine = 1
    private static let socketLine = 4
    private static let segmentLine = 6
    private static let statusLine = 7

    let processID: Int32
    let cluster: String
    let socket: String
    let isReady: Bool
    /// The number of the server's shared memory; `nil` before it has any.
    private let segment: Int?

    /// - Returns: `nil` when there is no such file, or it holds something else.
    /// - Throws: When it cannot be read, which says nothing about the server.
    init?(in folder: String) throws(SystemError) {
        let bytes: [UInt8]
        do {
            bytes = try DurableFile.read(Self.path(in: folder), byteCountMax: Self.byteCountMax)
        } catch  where error.reason == .missing {
            return nil
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let processID = lines.first.flatMap({ Int32($0) }), processID > 0, lines.count > Self.socketLine else {
            return nil
        }
        self.processID = processID
        cluster = String(lines[Self.pathLine])
        socket = String(lines[Self.socketLine])
        // The segment's key, then its number.
        segment =
            lines.count > Self.segmentLine
            ? lines[Self.segmentLine].split(separator: " ").last.flatMap { Int($0) } : nil
        isReady = lines.count > Self.statusLine && lines[Self.statusLine].hasPrefix("ready")
    }

    /// Removes the file of a server that has ended while its number is still taken, by its zombie or by another program.
    ///
    /// PostgreSQL itself would take that number for a server and never start. While any process of the earlier server
    /// is attached to its shared memory, or when that cannot be told, the file stays.
    func removeIfOnlyItsNumberIsLeft(in folder: String) {
        do {
            guard ProcessSignal.isAlive(processID) else { return }  // PostgreSQL sees that itself
            // Neither: it is just ending.
            guard try ProcessSignal.isZombie(processID) || !ProcessSignal.commandLine(of: processID).isEmpty else {
                return
            }
            if let segment, try SharedMemory.isAttached(identifier: segment) { return }
            try DurableFile.remove(Self.path(in: folder))
        } catch {
            return  // the server's next attempt says why it cannot start
        }
    }

    private static func path(in folder: String) -> String { folder + "/postmaster.pid" }
}
