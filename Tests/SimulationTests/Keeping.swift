import Hashing
import Synchronization

@testable import ChainWatcher

/// Solved blocks that no watcher has taken yet, on a share service's disk.
final class SolvedBlocks: Sendable {
    private let candidates = Mutex<[Candidate]>([])

    var all: [Candidate] { candidates.withLock(\.self) }
    func add(_ candidate: Candidate) { candidates.withLock { $0.append(candidate) } }
    func remove(_ hash: Hash256) { candidates.withLock { $0.removeAll { $0.hash == hash } } }
}

/// Processes that are in the middle of something.
final class Busy: Sendable {
    private let lives = Mutex<[Life]>([])

    /// - Returns: `false` when it is busy already.
    func begin(_ life: Life) -> Bool {
        lives.withLock { lives in
            guard !lives.contains(where: { $0 === life }) else { return false }
            lives.append(life)
            return true
        }
    }

    func end(_ life: Life) { lives.withLock { $0.removeAll { $0 === life } } }
}
