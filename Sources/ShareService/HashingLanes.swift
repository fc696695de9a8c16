internal import Hashing
internal import System

/// Threads of their own for proof hashes, so that scrypt holds up nobody's call.
struct HashingLanes: Sendable {
    /// Headers that one thread takes at a time: a few times what the widest kernel does at once.
    private static let chunkCount = 64
    private let lanes: [BlockingQueue]

    init(threadCount: Int) {
        precondition(threadCount > 0)
        lanes = (0..<threadCount).map { BlockingQueue(label: "proof-hash-\($0)") }
    }

    /// The proof hashes of 80-byte headers, in their order.
    func hashes(_ algorithm: ProofAlgorithm, headers: [[UInt8]]) async -> [Hash256] {
        let starts = Array(stride(from: 0, to: headers.count, by: Self.chunkCount))
        return await withTaskGroup(of: (Int, [Hash256]).self) { group in
            for (number, start) in starts.enumerated() {
                let chunk = Array(headers[start..<min(start + Self.chunkCount, headers.count)])
                let lane = lanes[number % lanes.count]
                group.addTask { (number, await lane.run { algorithm.hashes(headers: chunk) }) }
            }
            var parts = [[Hash256]](repeating: [], count: starts.count)
            for await (number, hashes) in group { parts[number] = hashes }
            return parts.flatMap { $0 }
        }
    }
}
