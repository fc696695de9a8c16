internal import Hashing
internal import Messages
internal import Synchronization
internal import System

/// Solved blocks that the ChainWatcher has not taken yet, one durable file each.
final class BlockSpool: Sendable {
    /// Far more than any chain solves while a service is away.
    static let countMax = 10_000
    private static let suffix = ".block"
    private static let byteCountMax = 1 << 20

    private let folder: String
    private let candidates: Mutex<[Hash256: BlockCandidate]>
    private let queue = BlockingQueue(label: "block-spool")

    /// Opens what an earlier run left.
    init(folder: String) throws(SystemError) {
        try Folder.create(folder)
        self.folder = folder
        var candidates: [Hash256: BlockCandidate] = [:]
        for name in try Folder.names(in: folder) where name.hasSuffix(Self.suffix) {
            let bytes = try DurableFile.read(folder + "/" + name, byteCountMax: Self.byteCountMax)
            guard let hash = Hash256(displayHex: String(name.dropLast(Self.suffix.count))),
                let body = SpoolRecord.bodies(bytes).bodies.first, let candidate = try? BlockCandidate(decoding: body)
            else { continue }
            candidates[hash] = candidate
        }
        self.candidates = Mutex(candidates)
    }

    /// Returns once the block survives a power cut.
    func add(_ hash: Hash256, _ candidate: BlockCandidate) async throws(SystemError) {
        try await queue.run { () throws(SystemError) in
            let count = self.candidates.withLock { $0[hash] == nil ? $0.count : 0 }
            guard count < Self.countMax else { throw SystemError("spool", self.folder, .noSpace) }
            try DurableFile.replace(self.path(of: hash), with: SpoolRecord.framed(candidate.encoded()))
            self.candidates.withLock { $0[hash] = candidate }
        }
    }

    /// What waits, the first found first.
    func waiting() -> [(hash: Hash256, candidate: BlockCandidate)] {
        let candidates = candidates.withLock { $0 }
        return candidates.sorted { $0.value.foundAtMs < $1.value.foundAtMs }.map { ($0.key, $0.value) }
    }

    /// Forgets a block that was taken; if the disk does not, it is only submitted once more after a restart.
    func remove(_ hash: Hash256) async {
        await queue.run {
            self.candidates.withLock { $0[hash] = nil }
            try? DurableFile.remove(self.path(of: hash))
        }
    }

    private func path(of hash: Hash256) -> String {
        folder + "/" + hash.displayHex + Self.suffix
    }
}
