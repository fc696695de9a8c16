import Hashing
import Messages
import System

/// The blocks whose fate is open, one file each, so that no crash loses one.
///
/// A file holds a mark, the length of a `BlockReport` and that report, the block's bytes, and a hash over all of it.
final class CandidateFiles: CandidateStore {
    static let blockByteCountMax = 20 << 20
    static let reportByteCountMax = 64 << 10
    private static let mark = Array("lode block 1\n".utf8)
    private static let suffix = ".block"

    private let folder: String
    private let queue = BlockingQueue(label: "candidates")

    init(folder: String) {
        self.folder = folder
    }

    /// Returns once the whole file survives a power cut.
    func save(_ report: BlockReport, block: [UInt8]) async throws(SystemError) {
        let bytes = Self.bytes(report, block)
        try await queue.run { () throws(SystemError) in
            try Folder.create(self.folder)
            try DurableFile.replace(self.path(report.hash), with: bytes)
        }
    }

    private static func bytes(_ report: BlockReport, _ block: [UInt8]) -> [UInt8] {
        let head = report.encoded()
        var bytes = mark
        bytes.reserveCapacity(bytes.count + 4 + head.count + block.count + Hash256.byteCount)
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: head.count >> shift)) }
        bytes += head
        bytes += block
        bytes += Hash256.sha256d(of: bytes).bytes
        return bytes
    }

    /// Every whole file's report, and the names of files that are not whole.
    func load() async throws(SystemError) -> (reports: [BlockReport], broken: [String]) {
        try await queue.run { () throws(SystemError) in try self.loadNow() }
    }

    private func loadNow() throws(SystemError) -> (reports: [BlockReport], broken: [String]) {
        try Folder.create(folder)
        var reports: [BlockReport] = []
        var broken: [String] = []
        for name in try Folder.names(in: folder) where name.hasSuffix(Self.suffix) {
            let bytes = try DurableFile.read(folder + "/" + name, byteCountMax: Self.fileByteCountMax)
            guard let content = Self.content(bytes), Self.name(content.report.hash) == name else {
                broken.append(name)
                continue
            }
            reports.append(content.report)
        }
        return (reports, broken)
    }

    /// The block's bytes; `nil` when they are not there whole.
    func block(_ hash: Hash256) async throws(SystemError) -> [UInt8]? {
        try await queue.run { () throws(SystemError) in
            let bytes = try DurableFile.read(self.path(hash.bytes), byteCountMax: Self.fileByteCountMax)
            return Self.content(bytes)?.block
        }
    }

    func remove(_ hash: Hash256) async throws(SystemError) {
        try await queue.run { () throws(SystemError) in try DurableFile.remove(self.path(hash.bytes)) }
    }

    private static var fileByteCountMax: Int { mark.count + 4 + reportByteCountMax + blockByteCountMax + 32 }

    private static func content(_ bytes: [UInt8]) -> (report: BlockReport, block: [UInt8])? {
        guard bytes.starts(with: mark), bytes.count >= mark.count + 4 + Hash256.byteCount else { return nil }
        let body = bytes.dropLast(Hash256.byteCount)
        guard Hash256.sha256d(of: Array(body)).bytes == Array(bytes.suffix(Hash256.byteCount)) else { return nil }
        let rest = body.dropFirst(mark.count)
        let headByteCount = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard headByteCount <= min(reportByteCountMax, rest.count - 4) else { return nil }
        let head = rest.dropFirst(4).prefix(headByteCount)
        guard let report = try? BlockReport(decoding: Array(head)) else { return nil }
        return (report, Array(rest.dropFirst(4 + headByteCount)))
    }

    private static func name(_ hash: [UInt8]) -> String { Hex.string(hash.reversed()) + suffix }

    private func path(_ hash: [UInt8]) -> String { folder + "/" + Self.name(hash) }
}
