import Messages
import MiningDomain
import System

/// Jobs with their templates on disk, so that neither a restart nor a late block loses one.
final class JobStore: Sendable {
    /// Of one job: a template's own bound, and its coinbase and branch.
    private static let byteCountMax = 16 << 20
    private static let suffix = ".job"

    private let folder: String
    private let lock: FolderLock
    private let queue = BlockingQueue(label: "job-store")

    /// - Throws: `.held` when another process uses the folder.
    init(folder: String) throws(SystemError) {
        try Folder.create(folder)
        lock = try FolderLock(folder)
        self.folder = folder
    }

    /// Returns once the job survives a power cut.
    func save(_ template: Template, as id: JobID) async throws(SystemError) {
        let bytes = template.encoded()
        try await queue.run { () throws(SystemError) in try DurableFile.replace(self.path(id), with: bytes) }
    }

    /// - Returns: `nil` when it is not kept, or cannot be read.
    func template(_ id: JobID) async -> Template? {
        await queue.run { self.read(id) }
    }

    func remove(_ id: JobID) async throws(SystemError) {
        try await queue.run { () throws(SystemError) in try DurableFile.remove(self.path(id)) }
    }

    /// Every job that is kept, the oldest first.
    func jobs() async throws(SystemError) -> [Job] {
        try await queue.run { () throws(SystemError) in
            try Folder.names(in: self.folder)
                .filter { $0.hasSuffix(Self.suffix) }
                .compactMap { JobID(String($0.dropLast(Self.suffix.count))) }
                .sorted()
                .compactMap { self.read($0)?.job }
        }
    }

    private func read(_ id: JobID) -> Template? {
        guard let bytes = try? DurableFile.read(path(id), byteCountMax: Self.byteCountMax),
            let template = try? Template(decoding: bytes), template.job?.jobID == id.value
        else { return nil }
        return template
    }

    private func path(_ id: JobID) -> String {
        "\(folder)/\(id)\(Self.suffix)"
    }
}
