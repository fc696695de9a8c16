internal import Messages
internal import System

/// The files of a share spool: batches, oldest first, which survive a crash at any moment.
///
/// Its calls block.
struct SpoolFiles {
    /// When a new file is begun.
    private static let fileByteCount: UInt64 = 4 << 20
    private static let suffix = ".shares"
    /// About what a batch of a busy moment takes.
    private static let probeByteCount = 64 << 10
    /// What became of a file's end that could not be read.
    private static let damagedSuffix = ".damaged"

    struct File: Sendable {
        let name: String
        let batches: [ShareColumns]
        /// Bytes at its end that are no record: what a crash cut off, and so nobody was told of.
        let restByteCount: Int
    }

    private let folder: String
    private let byteCountMax: UInt64
    private var files: [(name: String, byteCount: UInt64)] = []
    private var lastNumber: UInt64 = 0
    /// The last of `files`, while it is still written to.
    private var active: AppendOnlyFile?

    /// Finds what an earlier run left.
    init(folder: String, byteCountMax: UInt64) throws(SystemError) {
        self.folder = folder
        self.byteCountMax = byteCountMax
        for name in try Folder.names(in: folder) where name.hasSuffix(Self.suffix) {
            guard let number = UInt64(name.dropLast(Self.suffix.count)) else { continue }
            files.append((name, try AppendOnlyFile(folder + "/" + name).size))
            lastNumber = max(lastNumber, number)
        }
    }

    /// Whether shares wait: then later ones must wait behind them.
    var hasBacklog: Bool { !files.isEmpty }

    var byteCount: UInt64 { files.reduce(0) { $0 + $1.byteCount } }

    /// Returns once the shares survive a power cut.
    ///
    /// - Throws: `.noSpace` past the spool's bound; the shares may come back after any error, and are then replayed.
    mutating func append(_ shares: ShareColumns) throws(SystemError) {
        let record = SpoolRecord.framed(shares.request().encoded())
        guard byteCount + UInt64(record.count) <= byteCountMax else { throw SystemError("spool", folder, .noSpace) }
        let file = try fileToAppend()
        do throws(SystemError) {
            try file.append(record)
            try file.synchronize()
        } catch {
            active = nil  // what the disk holds of this file is not known: append no more to it
            files[files.count - 1].byteCount += UInt64(record.count)
            throw error
        }
        files[files.count - 1].byteCount += UInt64(record.count)
        if files[files.count - 1].byteCount >= Self.fileByteCount { active = nil }
    }

    /// Finds out whether there is room.
    ///
    /// - Throws: Why shares could not be kept now.
    func probe() throws(SystemError) {
        guard byteCount + UInt64(Self.probeByteCount) <= byteCountMax else {
            throw SystemError("spool", folder, .noSpace)
        }
        let path = folder + "/probe"
        try DurableFile.replace(path, with: [UInt8](repeating: 0, count: Self.probeByteCount))
        try DurableFile.remove(path)
    }

    /// The batches that have waited longest; nothing is appended to their file any more.
    mutating func oldest() throws(SystemError) -> File? {
        guard let first = files.first else { return nil }
        if files.count == 1 { active = nil }
        return try read(first.name)
    }

    /// Everything that waits, for a start to remember.
    func all() throws(SystemError) -> [File] {
        var all: [File] = []
        for file in files { all.append(try read(file.name)) }
        return all
    }

    /// Forgets a file that is in the ledger; an unreadable end is kept aside for whoever wants to look.
    mutating func remove(_ file: File) throws(SystemError) {
        let path = folder + "/" + file.name
        if file.restByteCount > 0 {
            let bytes = try AppendOnlyFile(path).readAll(byteCountMax: Self.readByteCountMax)
            try DurableFile.replace(path + Self.damagedSuffix, with: Array(bytes.suffix(file.restByteCount)))
        }
        try DurableFile.remove(path)
        files.removeAll { $0.name == file.name }
    }

    private static let readByteCountMax = Int(fileByteCount) + SpoolRecord.byteCountMax + 1_024

    private func read(_ name: String) throws(SystemError) -> File {
        let bytes = try AppendOnlyFile(folder + "/" + name).readAll(byteCountMax: Self.readByteCountMax)
        let (bodies, restByteCount) = SpoolRecord.bodies(bytes)
        let batches = bodies.compactMap { (try? RecordSharesRequest(decoding: $0)).flatMap { ShareColumns($0) } }
        return File(name: name, batches: batches, restByteCount: restByteCount)
    }

    private mutating func fileToAppend() throws(SystemError) -> AppendOnlyFile {
        if let active { return active }
        let digits = String(lastNumber + 1)
        let name = String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits + Self.suffix
        let file = try AppendOnlyFile(folder + "/" + name)
        lastNumber += 1
        files.append((name, 0))
        active = file
        return file
    }
}
